package io.github.jlamadsla.memory;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

import io.github.jlamadsla.kernel.KvLayout;

/**
 * Names the beginnings of one sequence of tokens: the SHA-256 of model, scope and all tokens of its first n blocks of 64.
 * Two beginnings of one name are the same tokens of the same scope; a collision is ruled out. The sequence may grow.
 */
public final class TokenChain {
    private final MessageDigest sha256 = sha256();
    private final List<String> names = new ArrayList<>(); // [blocks]

    /** @param scope whose prefixes these are */
    TokenChain(String fingerprint, String scope) {
        byte[] model = fingerprint.getBytes(StandardCharsets.UTF_8);
        sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(model.length).flip());
        sha256.update(model);
        names.add(name(scope.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * The name of the first {@code blocks} blocks.
     *
     * @param tokens at least those blocks; the same as in earlier calls as far as those went
     */
    String name(int[] tokens, int blocks) {
        while (names.size() <= blocks) {
            int first = (names.size() - 1) * KvLayout.POSITIONS;
            ByteBuffer bytes = ByteBuffer.allocate(KvLayout.POSITIONS * Integer.BYTES);
            bytes.asIntBuffer().put(tokens, first, KvLayout.POSITIONS);
            sha256.update(names.getLast().getBytes(StandardCharsets.US_ASCII));
            names.add(name(bytes.array()));
        }
        return names.get(blocks);
    }

    private String name(byte[] last) {
        return HexFormat.of().formatHex(sha256.digest(last));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
