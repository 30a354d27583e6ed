package io.github.jlamadsla.safetensors;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JacksonException;

/** Why a text could not be read as JSON, in words for a message. */
public final class JsonErrors {
    /** What Jackson adds about itself. */
    private static final Pattern INTERNAL = Pattern
            .compile(" \\(start marker at.*|, from `[^`]*`|\\(?\\[Source:[^]]*]", Pattern.DOTALL);

    private JsonErrors() {}

    /**
     * @param problem what a strict UTF-8 decoder or Jackson threw
     * @return one short line
     */
    public static String reason(IOException problem) {
        if (problem instanceof CharacterCodingException) {
            return "malformed UTF-8";
        }
        if (!(problem instanceof JacksonException json)) {
            return Excerpt.of(problem);
        }
        // Limits that are passed have no place.
        String place = json.getLocation() == null ? "" : " at line " + json.getLocation().getLineNr();
        return Excerpt.of(INTERNAL.matcher(json.getOriginalMessage()).replaceAll("")) + place;
    }
}
