package io.github.jlamadsla.examples.chat;

/** Text of a model on its way to a terminal. */
final class Printable {
    private static final char REPLACEMENT = '\uFFFD';

    private Printable() {}

    /** Control characters but for line feed and tab, which could drive the terminal, become U+FFFD. */
    static String of(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            printable.append(Character.isISOControl(c) && c != '\n' && c != '\t' ? REPLACEMENT : c);
        }
        return printable.toString();
    }
}
