package io.github.jlamadsla.examples.chat;

import java.nio.file.Path;
import java.util.Map;

/** Where a user's files go, by the XDG base directory specification. */
final class UserFolders {
    private static final String OURS = "jlama-dsla";

    private final Map<String, String> environment;
    private final Path home;

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

    /** The specification has relative paths ignored. */
    private Path folder(String variable, String inHome) {
        String value = environment.getOrDefault(variable, "");
        Path base = !value.isEmpty() && Path.of(value).isAbsolute() ? Path.of(value) : home.resolve(inHome);
        return base.resolve(OURS);
    }
}
