package io.github.jlamadsla.sampling;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import io.github.jlamadsla.testing.Allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class StopMatcherTest {

    private static StopMatcher matcher(String... stops) {
        return new StopMatcher(List.of(stops));
    }

    @Test
    void holdsBackWhatMayBecomeAStopText() {
        StopMatcher matcher = matcher("STOP");

        assertThat(matcher.add("one S")).isEqualTo("one ");
        assertThat(matcher.add("T")).isEmpty();
        assertThat(matcher.add("ST")).isEqualTo("ST"); // the first ST is none, the second may be
        assertThat(matcher.add("O")).isEmpty();
        assertThat(matcher.stopped()).isFalse();
        assertThat(matcher.add("P and more")).isEmpty();
        assertThat(matcher.stopped()).isTrue();
        assertThat(matcher.stopText()).isEqualTo("STOP");
        assertThat(matcher.add("never")).isEmpty();
        assertThat(matcher.flush()).isEmpty();
    }

    @Test
    void givesTheHeldTextWhenNoStopTextCame() {
        StopMatcher matcher = matcher("\n\nUser:");

        assertThat(matcher.add("Hello\n\nUse")).isEqualTo("Hello");
        assertThat(matcher.flush()).isEqualTo("\n\nUse");
        assertThat(matcher.flush()).isEmpty();
        assertThat(matcher.stopped()).isFalse();
        assertThat(matcher.stopText()).isNull();
        assertThat(matcher.add("r:")).isEqualTo("r:"); // its start was given out
        assertThat(matcher.add("\n\nUser:")).isEmpty();
        assertThat(matcher.stopped()).isTrue();
    }

    @Test
    void theFirstThatIsCompleteWinsAndOfThoseTheLongest() {
        assertStops("xabc", "x", "ab", "ab", "abc", "b");
        assertStops("xabc", "x", "ab", "b", "abc", "ab");
        assertStops("xcb", "xc", "b", "ab", "abc", "b");
        assertStops("abcd", "a", "b", "abcd", "b"); // no waiting for the longer one
        assertStops("aabaabaaa", "aaba", "abaaa", "abaaa");
        assertStops("zzabab", "zz", "abab", "abab", "bab", "ab".repeat(3));
        assertStops("same", "", "same", "same", "same");
    }

    private static void assertStops(String text, String delivered, String stopText, String... stops) {
        StopMatcher whole = matcher(stops);
        assertThat(whole.add(text)).isEqualTo(delivered);
        assertThat(whole.stopText()).isEqualTo(stopText);
        StopMatcher single = matcher(stops);
        StringBuilder given = new StringBuilder();
        text.chars().forEach(c -> given.append(single.add(Character.toString(c))));
        assertThat(given).hasToString(delivered);
        assertThat(single.stopText()).isEqualTo(stopText);
    }

    @Test
    void withoutStopTextsEveryPieceComesBackAsItIs() {
        StopMatcher matcher = matcher();
        String piece = "text 😀";

        assertThat(matcher.add(piece)).isSameAs(piece);
        assertThat(matcher.add("")).isEmpty();
        assertThat(matcher.flush()).isEmpty();
        assertThat(matcher.stopped()).isFalse();
    }

    @Test
    void neverTearsASurrogatePair() {
        StopMatcher matcher = matcher("😁!");

        assertThat(matcher.add("a\uD83D")).isEqualTo("a");
        assertThat(matcher.add("\uDE00")).isEqualTo("😀");
        assertThat(matcher.add("b\uD83C")).isEqualTo("b"); // no start of a stop text, but half a character
        assertThat(matcher.add("")).isEmpty();
        assertThat(matcher.add("\uDF0D\uD83D\uDE01")).isEqualTo("🌍");
        assertThat(matcher.add("?\uD83D\uDE01!")).isEqualTo("😁?");
        assertThat(matcher.stopText()).isEqualTo("😁!");
        assertThat(matcher("q").add("\uD83Dq")).isEqualTo("\uD83D"); // torn by the text itself
    }

    @Test
    void refusesStopTextsThatMakeNoSense() {
        refuses("stops[1] is empty; allowed: 1 to 1000 characters", List.of("a", ""));
        refuses("stops[0] is null; allowed: 1 to 1000 characters", Collections.singletonList(null));
        refuses("stops[0] is 1001 characters long; allowed: 1 to 1000 characters", List.of("x".repeat(1_001)));
        refuses("stops has 17 entries; allowed: at most 16", Collections.nCopies(17, "x"));
        refuses("stops[0] holds half of a surrogate pair; allowed: whole characters", List.of("a\uD83D"));
        refuses("stops[0] holds half of a surrogate pair; allowed: whole characters", List.of("\uDE00"));
        assertThatNullPointerException().isThrownBy(() -> new StopMatcher(null)).withMessage("stops");
        assertThat(StopMatcher.check(Collections.nCopies(16, "x".repeat(1_000)))).hasSize(16).isUnmodifiable();
        String[] stops = {"a"};
        StopMatcher matcher = new StopMatcher(Arrays.asList(stops));
        stops[0] = "b";
        assertThat(matcher.add("ba")).isEqualTo("b");
    }

    private static void refuses(String message, List<String> stops) {
        assertThatIllegalArgumentException().isThrownBy(() -> new StopMatcher(stops)).withMessage(message);
        assertThatIllegalArgumentException().isThrownBy(() -> StopMatcher.check(stops)).withMessage(message);
    }

    /** Few letters, so that nearly every text is full of stop texts, parts of them and overlaps. */
    @Property(tries = 3_000)
    void equalsTheSearchInTheWholeText(@ForAll long seed) {
        Random random = new Random(seed);
        int letters = 1 + random.nextInt(3);
        String[] stops = new String[random.nextInt(5)];
        Arrays.setAll(stops, i -> letters(random, letters, 1 + random.nextInt(7)));
        String text = letters(random, letters + random.nextInt(2), random.nextInt(60));
        StopMatcher matcher = matcher(stops);
        StringBuilder given = new StringBuilder();
        int taken = 0;
        while (taken < text.length()) {
            int end = Math.min(text.length(), taken + random.nextInt(6));
            given.append(matcher.add(text.substring(taken, end)));
            taken = end;
            assertThat(given).hasToString(deliverable(text.substring(0, taken), stops));
        }
        String stop = firstStop(text, stops);
        assertThat(matcher.stopText()).isEqualTo(stop);
        assertThat(matcher.stopped()).isEqualTo(stop != null);
        given.append(matcher.flush());
        assertThat(given).hasToString(stop == null ? text : deliverable(text, stops));
        assertThat(Arrays.stream(stops).filter(s -> given.indexOf(s) >= 0)).isEmpty();
    }

    private static String letters(Random random, int letters, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + random.nextInt(letters)));
        }
        return text.toString();
    }

    /** What of a text so far may be delivered, by definition. */
    private static String deliverable(String text, String... stops) {
        String stop = firstStop(text, stops);
        if (stop != null) {
            return text.substring(0, firstEnd(text, stops) - stop.length());
        }
        for (int start = 0; start < text.length(); start++) {
            String suffix = text.substring(start);
            if (Arrays.stream(stops).anyMatch(s -> s.startsWith(suffix))) {
                return text.substring(0, start);
            }
        }
        return text;
    }

    private static String firstStop(String text, String... stops) {
        String longest = null;
        for (String stop : stops) {
            if (text.substring(0, firstEnd(text, stops)).endsWith(stop)
                    && (longest == null || stop.length() > longest.length())) {
                longest = stop;
            }
        }
        return longest;
    }

    private static int firstEnd(String text, String... stops) {
        return Arrays.stream(stops).filter(text::contains).mapToInt(s -> text.indexOf(s) + s.length()).min().orElse(0);
    }

    /** Cuts fall inside pairs, too, which no decoder of ours does. */
    @Property(tries = 1_000)
    void deliversWholeCharactersOnly(@ForAll long seed) {
        Random random = new Random(seed);
        String[] stops = new String[random.nextInt(3)];
        Arrays.setAll(stops, i -> emojis(random, 1 + random.nextInt(3)));
        String text = emojis(random, random.nextInt(30));
        StopMatcher matcher = matcher(stops);
        StringBuilder given = new StringBuilder();
        int taken = 0;
        while (taken < text.length()) {
            int end = Math.min(text.length(), taken + random.nextInt(4));
            String piece = matcher.add(text.substring(taken, end));
            assertThat(piece.codePoints()).noneMatch(c -> Character.getType(c) == Character.SURROGATE);
            given.append(piece);
            taken = end;
        }
        given.append(matcher.flush());
        assertThat(matcher.stopText()).isEqualTo(firstStop(text, stops));
        assertThat(given).hasToString(matcher.stopped() ? deliverable(text, stops) : text);
    }

    private static String emojis(Random random, int length) {
        int[] some = {0x1F600, 0x1F601, 0x1F602, 0x1F30D, 'a'};
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(some[random.nextInt(some.length)]);
        }
        return text.toString();
    }

    /** Sixteen of the worst stop texts: each character keeps nearly all of them alive, and none ever comes. */
    @Test
    void holdsNoMoreThanTheLongestStopTextAndAllocatesNoMoreThanItGives() {
        StopMatcher matcher = new StopMatcher(Collections.nCopies(16, "a".repeat(999) + "b"));
        int pieces = 200_000;
        long[] given = new long[1];
        long allocated = Allocation.of(() -> {
            for (int i = 0; i < pieces; i++) {
                given[0] += matcher.add("a").length();
            }
        });

        assertThat(given[0]).isEqualTo(pieces - 999);
        assertThat(allocated).isLessThan(pieces * 100L);
        assertThat(matcher.flush()).hasSize(999);
    }
}
