package io.github.jlamadsla.it.load;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntConsumer;

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
public final class JlamaAnswers implements AnsweringEngine {
    private final AbstractModel model;
    private KvBufferCache sessions;

    public JlamaAnswers(Path directory) {
        model = ModelSupport.loadModel(directory.toFile(), DType.F32, DType.I8);
        sessions = new KvBufferCache(model);
    }

    @Override
    public List<Integer> answer(LoadRequest request) {
        List<Integer> answer = new ArrayList<>();
        answer(request.tokens(), request.output(), answer::add);
        return answer;
    }

    /**
     * A greedy answer.
     *
     * @param prompt token ids
     * @param output tokens of the answer, 1 or more
     * @param heard told of each token when it is chosen
     */
    public void answer(int[] prompt, int output, IntConsumer heard) {
        try (KvBuffer memory = sessions.getKvBuffer(UUID.randomUUID());
                AbstractTensor<?, ?> logits = model.makeDenseTensor(model.getConfig().vocabularySize)) {
            int next;
            try (AbstractTensor<?, ?> rows = model.batchForward(prompt, 0, memory, Optional.empty())) {
                next = model.sample(rows.slice(rows.shape().first() - 1), 0, 0, logits);
            }
            heard.accept(next);
            for (int done = 1; done < output; done++) {
                try (AbstractTensor<?, ?> row = model.forward(next, prompt.length + done - 1, memory,
                        Optional.empty())) {
                    next = model.sample(row, 0, 0, logits);
                }
                heard.accept(next);
            }
        }
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
