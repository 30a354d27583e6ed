package io.github.jlamadsla.serve;

import java.util.function.LongConsumer;

import io.github.jlamadsla.engine.GenerationRequest;
import io.github.jlamadsla.engine.SequenceView;

/** A sequence of a {@link FakeEngine}. */
final class FakeSequence {
    final long id;
    final FakeEngine.Ask ask;
    private final FakeModel model;
    private final long submitted;
    private final long need;
    private long[] layers; // [layer] bytes, null while it waits
    int level;
    int asked;
    int position;
    int length;
    boolean stalled;
    boolean paused;
    boolean cancelled;
    int cached; // tokens that it begins with
    boolean shared; // its pages belong to the prefix cache too

    FakeSequence(long id, FakeEngine.Ask ask, FakeModel model, long submitted, long need) {
        this.id = id;
        this.ask = ask;
        this.model = model;
        this.submitted = submitted;
        this.need = need;
        this.length = ask.prompt();
        this.level = ask.pinned() == GenerationRequest.UNPINNED ? 0 : ask.pinned();
        this.asked = level;
    }

    boolean begun() {
        return layers != null;
    }

    long deadline() {
        return ask.timeout() == Long.MAX_VALUE ? Long.MAX_VALUE : submitted + ask.timeout();
    }

    long bytes() {
        long sum = 0;
        for (int i = 0; layers != null && i < layers.length; i++) {
            sum += layers[i];
        }
        return sum;
    }

    long pageBytes() {
        return begun() ? bytes() - level * model.states() : 0;
    }

    void begin(int at, LongConsumer take) {
        take.accept(at * model.states());
        layers = new long[model.layers()];
        level = at;
        asked = Math.max(asked, at);
        position = cached;
        for (int i = 0; i < at; i++) {
            layers[i] = model.states();
        }
    }

    /** Layer by layer, as the engine does: what was taken before one that does not fit stays. */
    void reserve(int tokens, LongConsumer take) {
        for (int i = level; i < layers.length; i++) {
            long more = FakeEngine.pages(position + tokens) * model.page() - layers[i];
            if (more > 0) {
                take.accept(more);
                layers[i] += more;
            }
        }
    }

    void raise(LongConsumer take, LongConsumer give) {
        take.accept(model.states());
        give.accept(layers[level]);
        layers[level++] = model.states();
        asked = Math.max(asked, level);
    }

    /** @return whether it has ended */
    boolean advance(int tokens) {
        position += tokens;
        if (position == length) {
            length++;
        }
        return length == ask.prompt() + ask.output();
    }

    private long nextGain() {
        return begun() && model.canRaise() && level < model.top() ? (shared ? 0 : layers[level]) - model.states() : 0;
    }

    SequenceView view() {
        SequenceView.State state = !begun()
                ? SequenceView.State.WAITING
                : paused
                        ? SequenceView.State.PAUSED
                        : stalled ? SequenceView.State.STALLED : SequenceView.State.RUNNING;
        return new SequenceView(id, state, ask.prompt(), length, ask.prompt() + ask.output(), position,
                new SequenceView.Levels(level, ask.pinned(), level, asked, !model.canRaise(), nextGain()),
                new SequenceView.Terms(ask.priority(), submitted, deadline(), need));
    }
}
