package io.github.jlamadsla.text;

/** A chat template that is refused, fails to render, or does more than it may. The message names template and reason. */
public final class ChatTemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ChatTemplateException(String message) {
        super(message);
    }

    public ChatTemplateException(String message, Throwable cause) {
        super(message, cause);
    }
}
