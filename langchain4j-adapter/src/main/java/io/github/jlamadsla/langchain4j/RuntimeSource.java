package io.github.jlamadsla.langchain4j;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.langchain4j.exception.ModelNotFoundException;

import io.github.jlamadsla.DslaRuntime;

/** Where a chat model's engine comes from: a runtime that is lent, or a directory and the settings to load it with. */
final class RuntimeSource {
    private final Map<String, Setting> settings = new LinkedHashMap<>(); // by name, of the runtime to load
    private DslaRuntime runtime;
    private Path modelDirectory;
    private ChatEngine engine;

    private record Setting(Object value, Consumer<DslaRuntime.Builder> apply) {}

    void runtime(DslaRuntime lent) {
        this.runtime = lent;
    }

    void modelDirectory(Path directory) {
        this.modelDirectory = directory;
    }

    void engine(ChatEngine instead) {
        this.engine = instead;
    }

    /**
     * @param name as the chat model's builder calls it
     * @param value null for unset
     */
    <T> void set(String name, T value, BiConsumer<DslaRuntime.Builder, T> setter) {
        if (value == null) {
            settings.remove(name);
        } else {
            settings.put(name, new Setting(value, builder -> setter.accept(builder, value)));
        }
    }

    /** @throws IllegalArgumentException unless there is one source, and no setting that it has no use for */
    void check() {
        long sources = Stream.of(runtime, modelDirectory, engine).filter(Objects::nonNull).count();
        if (sources != 1) {
            throw new IllegalArgumentException(
                    "runtime and modelDirectory are " + (sources == 0 ? "unset" : "both set") + "; allowed: one");
        }
        if (modelDirectory == null && !settings.isEmpty()) {
            throw new IllegalArgumentException(settings.entrySet()
                    .stream()
                    .map(setting -> setting.getKey() + " is " + setting.getValue().value())
                    .collect(Collectors.joining(", "))
                    + " without a modelDirectory; allowed: unset, a runtime has its own");
        }
    }

    /**
     * @throws IllegalArgumentException if the runtime refuses a setting
     * @throws ModelNotFoundException if there is no usable model
     */
    ChatEngine open() {
        if (engine != null) {
            return engine;
        }
        return runtime != null ? RuntimeChatEngine.borrowed(runtime) : RuntimeChatEngine.owned(load());
    }

    private DslaRuntime load() {
        if (!Files.isDirectory(modelDirectory)) {
            throw new ModelNotFoundException("modelDirectory is " + modelDirectory + "; allowed: a directory");
        }
        DslaRuntime.Builder loader = DslaRuntime.builder().modelDirectory(modelDirectory);
        settings.values().forEach(setting -> setting.apply().accept(loader));
        try {
            return loader.build();
        } catch (RuntimeException e) {
            throw EngineExceptions.notLoaded(e);
        }
    }
}
