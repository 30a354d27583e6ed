package io.github.jlamadsla.examples.chat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.jlamadsla.examples.UsageException;

/** An amount of memory as a user writes it. */
final class MemorySize {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})([KMG]?)");

    private MemorySize() {}

    /**
     * @param text digits, then nothing or K, M, G for 1,024 bytes, its square, its cube
     * @return bytes, at least 1
     * @throws UsageException otherwise
     */
    static long bytes(String text) {
        Matcher size = SIZE.matcher(text);
        if (!size.matches() || Long.parseLong(size.group(1)) == 0) {
            throw new UsageException("--memory is " + text + "; allowed: bytes, or a number with K, M or G, as 512M");
        }
        return Long.parseLong(size.group(1)) << switch (size.group(2)) {
            case "K" -> 10;
            case "M" -> 20;
            case "G" -> 30;
            default -> 0;
        };
    }
}
