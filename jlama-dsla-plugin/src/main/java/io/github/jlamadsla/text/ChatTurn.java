package io.github.jlamadsla.text;

import java.util.Objects;

/** One message of a chat. */
public record ChatTurn(Role role, String text) {
    public ChatTurn {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(text, "text");
    }

    /** Who speaks. */
    public enum Role {
        SYSTEM, USER, ASSISTANT;

        /** The name templates use. */
        public String templateName() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public static ChatTurn system(String text) {
        return new ChatTurn(Role.SYSTEM, text);
    }

    public static ChatTurn user(String text) {
        return new ChatTurn(Role.USER, text);
    }

    public static ChatTurn assistant(String text) {
        return new ChatTurn(Role.ASSISTANT, text);
    }
}
