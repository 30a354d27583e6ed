package io.github.jlamadsla.quality;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Spoils a tensor of a model, as a broken training or a broken disk would. */
final class NotANumber {
    private NotANumber() {}

    /** Puts a NaN into the first element of an F32 tensor. */
    static void into(Path file, String tensor) {
        try (RandomAccessFile data = new RandomAccessFile(file.toFile(), "rw")) {
            byte[] length = new byte[8];
            data.readFully(length);
            byte[] header = new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
            data.readFully(header);
            JsonNode json = new ObjectMapper().readTree(new String(header, StandardCharsets.UTF_8));
            data.seek(8 + header.length + json.path(tensor).path("data_offsets").get(0).asLong());
            data.writeInt(Integer.reverseBytes(Float.floatToRawIntBits(Float.NaN)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
