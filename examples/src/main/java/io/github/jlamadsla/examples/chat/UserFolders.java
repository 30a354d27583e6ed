package io.github.jlamadsla.examples.chat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where a user's files go, by the XDG base directory specification. */
final class UserFolders {
    private static final String OURS = "jlama-dsla";

    private final Map<String, String> environment;
    private final Path home;

    /** @param home where {@code HOME} is not set */
    UserFolders(Map<String, String> environment, Path home) {
        this.environment = environment;
        this.home = home;
    }

    static UserFolders ofProcess() {
        return new UserFolders(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    /** What can be made again: imported models. */
    Path cache() {
        return folder("XDG_CACHE_HOME", ".cache");
    }

    /** What is kept from run to run: the history of lines. */
    Path state() {
        return folder("XDG_STATE_HOME", ".local/state");
    }

    private Path folder(String variable, String inHome) {
        // user.home is what the system has on record for the user, not what the shell's ~ means.
        return named(variable).orElseGet(() -> named("HOME").orElse(home).resolve(inHome)).resolve(OURS);
    }

    /** The specification has relative paths ignored. */
    private Optional<Path> named(String variable) {
        return Optional.of(environment.getOrDefault(variable, "")).filter(value -> !value.isEmpty())
                .map(Path::of).filter(Path::isAbsolute);
    }
}
