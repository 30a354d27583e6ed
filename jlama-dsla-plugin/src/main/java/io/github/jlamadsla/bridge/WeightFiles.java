package io.github.jlamadsla.bridge;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.jlamadsla.safetensors.Excerpt;
import io.github.jlamadsla.safetensors.InvalidModelException;
import io.github.jlamadsla.safetensors.SafetensorsFile;
import io.github.jlamadsla.safetensors.TensorInfo;

/** Named tensors over one or several safetensors files, all mapped. */
public final class WeightFiles implements AutoCloseable {

    /** A tensor and the file it is in. */
    private record Place(SafetensorsFile file, TensorInfo info) {}

    private final Path path;
    private final List<SafetensorsFile> files;
    private final Map<String, Place> places;

    private WeightFiles(Path path, List<SafetensorsFile> files, Map<String, Place> places) {
        this.path = path;
        this.files = files;
        this.places = places;
    }

    /** The tensors of one file. */
    public static WeightFiles single(Path path) {
        SafetensorsFile file = SafetensorsFile.open(path);
        Map<String, Place> places = new LinkedHashMap<>();
        file.tensors().forEach((name, info) -> places.put(name, new Place(file, info)));
        return new WeightFiles(path, List.of(file), places);
    }

    /**
     * The weights of a model directory: those that model.safetensors.index.json lists if it is there, else those of
     * model.safetensors.
     *
     * @throws InvalidModelException if there is neither, or the index or a header is refused
     */
    public static WeightFiles inDirectory(Path directory) {
        return WeightIndexReader.open(directory);
    }

    /**
     * The tensors of several files: exactly those that the index lists, each in the file that it names.
     *
     * @param index for messages
     * @param shards file names beside the index, by tensor name
     */
    static WeightFiles sharded(Path index, Map<String, String> shards) {
        Map<String, SafetensorsFile> files = new LinkedHashMap<>();
        try {
            Map<String, Place> places = new LinkedHashMap<>();
            shards.forEach((tensor, shard) -> {
                SafetensorsFile file = files.computeIfAbsent(shard,
                        name -> SafetensorsFile.open(index.resolveSibling(name)));
                TensorInfo info = file.tensors().get(tensor);
                if (info == null) {
                    throw new InvalidModelException(file.path(), Excerpt.of(tensor), "missing",
                            "a tensor, as " + index.getFileName() + " says");
                }
                places.put(tensor, new Place(file, info));
            });
            files.forEach((shard, file) -> checkListed(index, shards, shard, file.tensors().keySet()));
            return new WeightFiles(index, List.copyOf(files.values()), places);
        } catch (RuntimeException | Error e) {
            closeAll(files.values());
            throw e;
        }
    }

    private static void checkListed(Path index, Map<String, String> shards, String shard, Set<String> tensors) {
        for (String tensor : tensors) {
            if (!shard.equals(shards.get(tensor))) {
                throw new InvalidModelException(index.resolveSibling(shard), Excerpt.of(tensor), "present",
                        "only tensors that " + index.getFileName() + " places in this file");
            }
        }
    }

    /** The file, or the index of the files. */
    public Path path() {
        return path;
    }

    /** Names of all tensors. */
    public Set<String> names() {
        return Collections.unmodifiableSet(places.keySet());
    }

    /** Whether there is a tensor of that name. */
    public boolean has(String name) {
        return places.containsKey(name);
    }

    /** A tensor's header entry. */
    public TensorInfo info(String name) {
        return place(name).info();
    }

    /** The file a tensor is in, for messages; {@link #path()} if there is none of that name. */
    public Path file(String name) {
        Place place = places.get(name);
        return place == null ? path : place.file().path();
    }

    /** A tensor's bytes, not copied, little endian, of any alignment; invalid after {@link #close()}. */
    public MemorySegment data(String name) {
        Place place = place(name);
        return place.file().data(place.info());
    }

    private Place place(String name) {
        Place place = places.get(name);
        if (place == null) {
            throw new IllegalArgumentException("no tensor " + name + " in " + path);
        }
        return place;
    }

    /** Unmaps all files. */
    @Override
    public void close() {
        closeAll(files);
    }

    private static void closeAll(Iterable<SafetensorsFile> files) {
        files.forEach(SafetensorsFile::close);
    }
}
