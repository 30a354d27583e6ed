package io.github.jlamadsla.langchain4j;

import java.io.UncheckedIOException;

import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;

import io.github.jlamadsla.engine.ContextTooLongException;
import io.github.jlamadsla.engine.RequestRejectedException;
import io.github.jlamadsla.engine.RequestTimeoutException;
import io.github.jlamadsla.memory.MemoryBudgetException;
import io.github.jlamadsla.safetensors.InvalidModelException;
import io.github.jlamadsla.text.ChatTemplateException;

/** The engine's exceptions as LangChain4j's, which tell its callers whether a retry makes sense. */
final class EngineExceptions {

    private EngineExceptions() {}

    /**
     * A request was refused before it ran. A closed engine stays an {@link IllegalStateException}: that is a mistake of
     * the program, no fault of the engine.
     */
    static RuntimeException refused(RuntimeException cause) {
        return switch (cause) {
            case RequestRejectedException _ -> failed(cause);
            // Refused at once means: too much for the whole budget, so no retry helps.
            case MemoryBudgetException tooLarge -> new InvalidRequestException(tooLarge.getMessage(), tooLarge);
            // Another chat may suit the template; the same one never will.
            case ChatTemplateException unsuited -> new InvalidRequestException(unsuited.getMessage(), unsuited);
            // The model lacks what every chat needs, its template: it is not one that can chat.
            case InvalidModelException incomplete -> new ModelNotFoundException(incomplete.getMessage(), incomplete);
            case IllegalArgumentException invalid -> new InvalidRequestException(invalid.getMessage(), invalid);
            case IllegalStateException closed -> closed;
            default -> failed(cause);
        };
    }

    /** A request ended with an exception. */
    static RuntimeException failed(Throwable cause) {
        return switch (cause) {
            case LangChain4jException mapped -> mapped;
            case ContextTooLongException invalid -> new InvalidRequestException(invalid.getMessage(), invalid);
            case RequestRejectedException overload -> new RateLimitException(overload.getMessage(), overload);
            case MemoryBudgetException overload -> new RateLimitException(overload.getMessage(), overload);
            case RequestTimeoutException late -> new TimeoutException(late.getMessage(), late);
            default -> new InternalServerException("the engine failed: " + cause, cause);
        };
    }

    /**
     * A model could not be loaded. Missing and broken files are one case for the caller: there is no usable model at
     * this place, and trying again does not help.
     */
    static RuntimeException notLoaded(RuntimeException cause) {
        return switch (cause) {
            case InvalidModelException broken -> new ModelNotFoundException(broken.getMessage(), broken);
            case UncheckedIOException unreadable -> new ModelNotFoundException(unreadable.getMessage(), unreadable);
            default -> cause;
        };
    }
}
