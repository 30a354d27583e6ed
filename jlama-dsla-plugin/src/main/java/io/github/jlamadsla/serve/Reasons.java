package io.github.jlamadsla.serve;

import java.util.Locale;

/** Numbers as users read them, the same everywhere. */
final class Reasons {
    private static final double MEGA = 1e6;

    private Reasons() {}

    /** {@link String#format}, independent of the machine's language. */
    static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    static String percent(double share) {
        return text("%.1f %%", 100 * share);
    }

    static String megabytes(double bytes) {
        return text("%,.1f MB", bytes / MEGA);
    }
}
