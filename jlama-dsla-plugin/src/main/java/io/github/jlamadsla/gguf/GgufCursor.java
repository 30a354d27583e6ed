package io.github.jlamadsla.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import io.github.jlamadsla.safetensors.InvalidModelException;

/** Reads the values of a GGUF header one after another, each only if it lies within the file. */
final class GgufCursor {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path file;
    private final MemorySegment bytes;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
    private long position;

    GgufCursor(Path file, MemorySegment bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /** Bytes read so far. */
    long position() {
        return position;
    }

    /** Bytes to the end of the file. */
    long remaining() {
        return bytes.byteSize() - position;
    }

    /** @param what is read, for the message if the file ends before */
    byte int8(String what) {
        return bytes.get(ValueLayout.JAVA_BYTE, advance(Byte.BYTES, what));
    }

    short int16(String what) {
        return bytes.get(SHORT, advance(Short.BYTES, what));
    }

    int int32(String what) {
        return bytes.get(INT, advance(Integer.BYTES, what));
    }

    long int64(String what) {
        return bytes.get(LONG, advance(Long.BYTES, what));
    }

    float float32(String what) {
        return Float.intBitsToFloat(int32(what));
    }

    double float64(String what) {
        return Double.longBitsToDouble(int64(what));
    }

    /**
     * An unsigned number of 64 bits that counts something.
     *
     * @param what is counted
     * @param bytesEach fewest bytes that one of them takes in the file
     * @param most hard limit
     */
    int count(String what, int bytesEach, int most) {
        long count = int64(what);
        long limit = Math.min(most, remaining() / bytesEach);
        if (Long.compareUnsigned(count, limit) > 0) {
            throw new InvalidModelException(file, what + " (count)", Long.toUnsignedString(count), "0 to " + limit
                    + " (" + remaining() + " bytes follow in the file; never above " + most + ")");
        }
        return (int) count;
    }

    /**
     * A string: its length in 64 bits, then UTF-8.
     *
     * @param most longest, in bytes
     */
    String string(String what, int most) {
        int length = count(what, 1, most);
        if (length == 0) {
            return ""; // one for all
        }
        byte[] text = new byte[length];
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, advance(length, what), text, 0, length);
        try {
            return utf8.decode(ByteBuffer.wrap(text)).toString();
        } catch (CharacterCodingException e) {
            throw new InvalidModelException(file, what, "malformed UTF-8", "text in UTF-8");
        }
    }

    private long advance(long size, String what) {
        if (size > remaining()) {
            throw new InvalidModelException(file, what,
                    "cut off at byte " + position + ", the file has " + bytes.byteSize(), size + " more bytes");
        }
        long at = position;
        position += size;
        return at;
    }
}
