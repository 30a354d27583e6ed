package io.github.jlamadsla.gguf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers in arrays of bytes, lowest byte first, at any index. */
final class LittleEndian {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private LittleEndian() {}

    static short int16(byte[] bytes, int at) {
        return (short) SHORT.get(bytes, at);
    }

    static int int32(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    static float float16(byte[] bytes, int at) {
        return Float.float16ToFloat(int16(bytes, at));
    }

    static void put(byte[] bytes, int at, short value) {
        SHORT.set(bytes, at, value);
    }

    static void put(byte[] bytes, int at, int value) {
        INT.set(bytes, at, value);
    }
}
