package io.github.jlamadsla.examples;

/** What the user gave cannot be used: an option's value, or a file or model it names. The message is one line. */
public final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UsageException(String message) {
        super(message);
    }

    public UsageException(String message, Throwable cause) {
        super(message, cause);
    }
}
