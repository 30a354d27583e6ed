package io.github.jlamadsla.it.load;

import java.lang.management.ManagementFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Off-heap memory that Java code has allocated, as the JVM counts it, whatever that code says itself; what aligning each
 * block took is left out. The JVM must be started with {@link #FLAG}.
 *
 * @param bytes allocated now
 * @param peak most bytes allocated at once so far
 */
record NativeMemory(long bytes, long peak) {
    static final String FLAG = "-XX:NativeMemoryTracking=summary";
    /** What a segment of alignment 64 takes beyond its size: an allocation is aligned to 16 by itself. */
    private static final long ALIGNING = 64 - 16;
    private static final Pattern OTHER = Pattern.compile(
            "Other \\(.*?\\(malloc=(\\d+) tag=Other #(\\d+)\\) \\((?:at peak|peak=(\\d+) #(\\d+))\\)", Pattern.DOTALL);

    static NativeMemory now() {
        try {
            String report = (String) ManagementFactory.getPlatformMBeanServer().invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"), "vmNativeMemory",
                    new Object[]{new String[]{"summary", "scale=1"}}, new String[]{String[].class.getName()});
            Matcher other = OTHER.matcher(report);
            if (!other.find()) {
                throw new IllegalStateException("no count of off-heap memory; allowed: a JVM with " + FLAG + ": "
                        + report);
            }
            long bytes = bytes(other.group(1), other.group(2));
            return new NativeMemory(bytes, other.group(3) == null ? bytes : bytes(other.group(3), other.group(4)));
        } catch (JMException e) {
            throw new IllegalStateException("the JVM does not count its memory: " + e, e);
        }
    }

    private static long bytes(String allocated, String blocks) {
        return Long.parseLong(allocated) - ALIGNING * Long.parseLong(blocks);
    }
}
