package io.github.jlamadsla.gguf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.jlamadsla.safetensors.DType;

/**
 * How tensors are shared out among files: in their order, a new file where one would grow beyond a size.
 *
 * @param files tensors by file name, in order; {@code model.safetensors} if one file is enough
 */
record ShardPlan(Map<String, List<ModelTensor>> files) {

    /** @param most bytes of tensors in a file; one that is larger has a file of its own */
    static ShardPlan of(List<ModelTensor> tensors, DType type, long most) {
        List<List<ModelTensor>> shards = new ArrayList<>();
        long bytes = 0;
        for (ModelTensor tensor : tensors) {
            long size = tensor.spec(type).bytes();
            if (shards.isEmpty() || bytes + size > most) {
                shards.add(new ArrayList<>());
                bytes = 0;
            }
            shards.getLast().add(tensor);
            bytes += size;
        }
        Map<String, List<ModelTensor>> files = new LinkedHashMap<>();
        for (int i = 0; i < shards.size(); i++) {
            String name = shards.size() == 1
                    ? "model.safetensors"
                    : "model-%05d-of-%05d.safetensors".formatted(i + 1, shards.size());
            files.put(name, shards.get(i));
        }
        return new ShardPlan(files);
    }

    /** Whether an index must say which tensor is where. */
    boolean sharded() {
        return files.size() > 1;
    }
}
