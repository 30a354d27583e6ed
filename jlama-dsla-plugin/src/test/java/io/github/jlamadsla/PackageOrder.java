package io.github.jlamadsla;

import java.util.List;
import java.util.Optional;

/**
 * The order of the packages of DESIGN section 4: each imports only from its left, and a door from all but other doors.
 */
final class PackageOrder {

    static final String ROOT = "io.github.jlamadsla";

    /** From the arithmetic to the programs; {@code ""} is the root package. */
    private static final List<String> LEFT_TO_RIGHT = List.of("kernel", "memory", "safetensors", "bridge", "checkpoint",
            "model", "text", "sampling", "quality", "engine", "serve", "", "jlama");

    /** Each optional at run time, so nobody may need one. */
    private static final List<String> DOORS = List.of("gguf", "metrics", "spring", "agent", "cluster", "distill", "cli",
            "langchain4j", "examples");

    private PackageOrder() {}

    /** Why a class of package {@code from} may not use one of package {@code to}; empty if it may. Full names. */
    static Optional<String> objection(String from, String to) {
        String user = layerOf(from);
        String used = layerOf(to);
        if (!isKnown(user)) {
            return Optional.of("package " + from + " has no place in the order");
        }
        if (!isKnown(used)) {
            return Optional.of("package " + to + " has no place in the order");
        }
        if (user.equals(used)) {
            return Optional.empty();
        }
        if (DOORS.contains(used)) {
            return Optional.of(from + " uses the door " + to);
        }
        if (!DOORS.contains(user) && LEFT_TO_RIGHT.indexOf(user) < LEFT_TO_RIGHT.indexOf(used)) {
            return Optional.of(from + " uses " + to + ", which lies to its right");
        }
        return Optional.empty();
    }

    /** The first part of the name behind the root package; packages below it belong to the same layer. */
    static String layerOf(String packageName) {
        if (packageName.equals(ROOT)) {
            return "";
        }
        if (!packageName.startsWith(ROOT + ".")) {
            return packageName;
        }
        String[] parts = packageName.substring(ROOT.length() + 1).split("\\.");
        return parts[0];
    }

    private static boolean isKnown(String layer) {
        return LEFT_TO_RIGHT.contains(layer) || DOORS.contains(layer);
    }
}
