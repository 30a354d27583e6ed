package io.github.jlamadsla.serve;

import java.time.Duration;

/** Checks of times that a user sets. */
final class Thresholds {
    private static final Duration LONGEST = Duration.ofDays(1);

    private Thresholds() {}

    static void checkTime(String name, Duration time) {
        if (time.isNegative() || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " is " + time + "; allowed: 0 to 1 day");
        }
    }

    static void checkOrder(String lowName, Duration low, String highName, Duration high) {
        if (low.compareTo(high) > 0) {
            throw new IllegalArgumentException(
                    lowName + " is " + low + "; allowed: at most " + highName + ", which is " + high);
        }
    }
}
