package io.github.jlamadsla.it.load;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * What the answer to a greedy request depends on, besides its level history.
 *
 * @param tokens most tokens of the answer
 * @param stops texts that end it
 */
record SoakRequest(List<Integer> prompt, int tokens, List<String> stops, GreedyChoice choice) {

    /** Stands for the prompt in few bytes. */
    String promptDigest() {
        ByteBuffer bytes = ByteBuffer.allocate(prompt.size() * Integer.BYTES);
        prompt.forEach(bytes::putInt);
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
