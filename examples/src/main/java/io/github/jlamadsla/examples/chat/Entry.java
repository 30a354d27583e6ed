package io.github.jlamadsla.examples.chat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a line of the user means. */
sealed interface Entry {

    /** Nothing: the line is blank. */
    record Blank() implements Entry {}

    /** A message to the model. */
    record Message(String text) implements Entry {}

    /** {@code /level}, with an argument or, to see the present one, with "". */
    record Level(String argument) implements Entry {}

    record Stats() implements Entry {}

    record Reset() implements Entry {}

    record Help() implements Entry {}

    /** A command there is not. */
    record Unknown(String command) implements Entry {}

    /** One word behind the slash, so that a message may begin with a path. */
    Pattern COMMAND = Pattern.compile("(/\\w*)(?:\\s+(.*))?", Pattern.DOTALL);

    /** A line that begins with a slash and a word is a command; with a space before it, it is a message as any other. */
    static Entry parse(String line) {
        if (line.isBlank()) {
            return new Blank();
        }
        Matcher command = COMMAND.matcher(line.stripTrailing());
        if (!command.matches()) {
            return new Message(line.strip());
        }
        String argument = command.group(2) == null ? "" : command.group(2);
        return switch (command.group(1)) {
            case "/level" -> new Level(argument);
            case "/stats" -> new Stats();
            case "/reset" -> new Reset();
            case "/help" -> new Help();
            default -> new Unknown(command.group(1));
        };
    }
}
