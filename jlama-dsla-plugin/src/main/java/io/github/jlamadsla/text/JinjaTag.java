package io.github.jlamadsla.text;

import java.util.Deque;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A tag of a Jinja source, checked: known, nested right, and of a form that Jinjava reads as Python's Jinja does.
 *
 * @param name its first word
 * @param body all of it
 * @param line where it stands
 */
record JinjaTag(String name, JinjaBody body, int line) {
    private static final Set<String> BLOCKS = Set.of("if", "for", "macro", "set", "generation");
    private static final Pattern FIRST_WORD = Pattern.compile("\\w*");
    private static final Pattern BLOCK_SET = Pattern.compile("set\\s+\\w+");
    private static final Pattern INLINE_SET = Pattern.compile("set\\s+\\w+(\\.\\w+)?\\s*=(?!=).*", Pattern.DOTALL);
    private static final Pattern WORD_IF = Pattern.compile("\\bif\\b");
    private static final Pattern WORD_ELSE = Pattern.compile("\\belse\\b");
    private static final Pattern MACRO = Pattern.compile("macro\\s+\\w+\\s*\\([^()]*\\)");

    static JinjaTag of(JinjaBody body, int line) {
        var word = FIRST_WORD.matcher(body.text());
        JinjaTag tag = new JinjaTag(word.lookingAt() ? word.group() : "", body, line);
        tag.check();
        return tag;
    }

    /** Whether the tag marks a part of the text (for training) and renders as nothing. */
    boolean isMark() {
        return name.equals("generation") || name.equals("endgeneration");
    }

    /** Opens or closes the tag on the stack of open ones. */
    void nest(Deque<String> open) {
        if (name.startsWith("end")) {
            String opened = open.poll();
            if (!name.equals("end" + opened)) {
                throw refused("closes '" + opened + "'");
            }
        } else if (name.equals("elif") || name.equals("else")) {
            if (!"if".equals(open.peek())) {
                throw refused("belongs to no 'if' (an 'else' of a loop is not supported)");
            }
        } else if ((name.equals("break") || name.equals("continue")) && !open.contains("for")) {
            throw refused("is in no loop");
        } else if (BLOCKS.contains(name) && !INLINE_SET.matcher(body.text()).matches()) {
            open.push(name);
        }
        if (open.size() > TemplateLimits.LEVELS) {
            throw refused("is nested deeper than " + TemplateLimits.LEVELS + " levels");
        }
    }

    private void check() {
        switch (name) {
            case "if", "elif", "else", "break", "continue", "generation" -> {
            }
            case "endif", "endfor", "endset", "endmacro", "endgeneration" -> {
            }
            case "for" -> checkLoop();
            case "set" -> checkSet();
            case "macro" -> {
                if (!MACRO.matcher(body.text()).matches()) {
                    throw refused("is not of the form 'macro name(parameters)'");
                }
            }
            default -> throw refused("is not supported");
        }
    }

    private void checkLoop() {
        if (WORD_IF.matcher(body.outline()).find() && !WORD_ELSE.matcher(body.outline()).find()) {
            throw refused("has a condition, which is not supported");
        }
    }

    private void checkSet() {
        boolean inline = INLINE_SET.matcher(body.text()).matches();
        if (!inline && !BLOCK_SET.matcher(body.text()).matches()) {
            throw refused("is not of the form 'set name = value' or 'set name'");
        }
        if (inline && body.outline().indexOf(',') >= 0) {
            throw refused("sets several values, which is not supported");
        }
    }

    private ChatTemplateException refused(String why) {
        return new ChatTemplateException("has a tag '" + name + "' in line " + line + " that " + why);
    }
}
