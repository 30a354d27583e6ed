package io.github.jlamadsla.it.load;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.KvBufferCache;
import com.github.tjake.jlama.tensor.KvBufferCache.KvBuffer;

/**
 * One Jlama model that all threads use, as its REST service does: each request a session of its own, and the calls of
 * its generation loop. Its tokenizer, which threads cannot share either, is left out, and so is its stop at an end
 * token: an answer always has the length asked for.
 */
final class JlamaAnswers implements AnsweringEngine {
    private final AbstractModel model;
    private KvBufferCache sessions;

    JlamaAnswers(Path directory) {
        model = ModelSupport.loadModel(directory.toFile(), DType.F32, DType.I8);
        sessions = new KvBufferCache(model);
    }

    @Override
    public List<Integer> answer(LoadRequest request) {
        int[] prompt = request.tokens();
        List<Integer> answer = new ArrayList<>();
        try (KvBuffer memory = sessions.getKvBuffer(UUID.randomUUID());
                AbstractTensor<?, ?> logits = model.makeDenseTensor(model.getConfig().vocabularySize)) {
            int next;
            try (AbstractTensor<?, ?> rows = model.batchForward(prompt, 0, memory, Optional.empty())) {
                next = model.sample(rows.slice(rows.shape().first() - 1), 0, 0, logits);
            }
            answer.add(next);
            while (answer.size() < request.output()) {
                try (AbstractTensor<?, ?> row = model.forward(next, prompt.length + answer.size() - 1, memory,
                        Optional.empty())) {
                    next = model.sample(row, 0, 0, logits);
                }
                answer.add(next);
            }
        }
        return answer;
    }

    /** It keeps the pages of every session until then. */
    @Override
    public void forget() {
        sessions.close();
        sessions = new KvBufferCache(model);
    }

    @Override
    public void close() {
        sessions.close();
        model.close();
    }
}
