package io.github.jlamadsla.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.jlamadsla.memory.MemoryBudget;
import io.github.jlamadsla.memory.MemoryBudgetException;
import io.github.jlamadsla.model.HybridModel;

/**
 * What the engine's thread does: schedule, run, commit (DESIGN section 4, "A step"). Sequences that have arrived belong
 * to this thread. What goes wrong in what one sequence does by itself ends that one alone: its beginning, its raise, the
 * choice of its token (sampler and mask), its text, its listener. What goes wrong while the model computes a step, whose
 * products are of all rows together, ends all that are in the step; the others, and the engine, go on. What the
 * scheduler or an observer throws ends the engine, and all of them.
 */
final class EngineLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    private final HybridModel model;
    private final StepRunner runner;
    private final MemoryBudget budget;
    private final EngineOptions options;
    private final Inbox inbox;
    private final PrefixReuse prefixes;
    private final Map<Long, Sequence> sequences = new LinkedHashMap<>(); // by id, in the order of arrival

    EngineLoop(HybridModel model, StepRunner runner, MemoryBudget budget, EngineOptions options, Inbox inbox) {
        this.model = model;
        this.runner = runner;
        this.budget = budget;
        this.options = options;
        this.inbox = inbox;
        this.prefixes = new PrefixReuse(model, budget, options.prefixes(), options.stopTokens());
    }

    @Override
    public void run() {
        try {
            boolean worked = false;
            while (!inbox.isClosed()) {
                Thread.interrupted(); // of an observer's or a policy's own, and none of ours
                inbox.await(worked ? 0 : Math.min(timeToNextDeadline(), options.scheduler().patience()));
                inbox.take().forEach(s -> sequences.put(s.id, s));
                sweep();
                worked = step();
            }
        } catch (Throwable e) {
            LOG.error("the engine ends: {}", e.toString(), e);
            inbox.close(new IllegalStateException("the engine ended after an error: " + e, e));
        } finally {
            endAll();
        }
    }

    private long timeToNextDeadline() {
        long now = options.nanoClock().getAsLong();
        return sequences.values().stream().mapToLong(s -> s.timeLeft(now)).min().orElse(Long.MAX_VALUE);
    }

    /** Ends what was cancelled, took too long or whose listener failed, before any more work goes into it. */
    private void sweep() {
        long now = options.nanoClock().getAsLong();
        for (Sequence s : List.copyOf(sequences.values())) {
            s.takeRaises();
            if (s.events.failure() != null) {
                fail(s, s.events.failure());
            } else if (s.cancelled()) {
                finish(s, FinishReason.CANCELLED);
            } else if (s.timeLeft(now) <= 0) {
                fail(s, new RequestTimeoutException(s.request.limits().timeout(), s.outputTokens()));
            }
        }
    }

    /** @return whether there was anything to do */
    private boolean step() {
        StepPlan plan = options.scheduler().schedule(view());
        if (plan.entries().isEmpty()) {
            return false;
        }
        long begin = options.nanoClock().getAsLong();
        Prepared prepared = prepare(plan);
        prefixes.report();
        if (prepared.parts().isEmpty()) {
            if (prepared.raises() > 0) {
                report(List.of(), prepared.raises(), begin);
            }
            // Where something else has changed there may be room now.
            return prepared.changed() || giveWay(prepared.noRoom());
        }
        StepResult result;
        List<StepReport.Part> ran = prepared.parts().stream().map(StepRunner.Part::report).toList();
        try {
            result = runner.run(prepared.parts());
        } catch (Throwable e) {
            int others = prepared.parts().size() - 1;
            LOG.error("a step of {} requests failed: {}", others + 1, e.toString(), e);
            prepared.parts().forEach(part -> fail(part.sequence(), new IllegalStateException(
                    "a step that this request shared with " + others + " others failed: " + e, e)));
            return true;
        }
        report(ran, prepared.raises(), begin);
        result.parts().forEach(this::commit);
        return true;
    }

    private void report(List<StepReport.Part> ran, int raises, long begin) {
        StepReport report = new StepReport(ran, raises, options.nanoClock().getAsLong() - begin);
        options.scheduler().ran(report);
        options.observer().stepped(report);
    }

    private EngineView view() {
        return new EngineView(options.nanoClock().getAsLong(),
                sequences.values().stream()
                        .map(s -> s.view(!model.canRaise(), s.begun() ? model.nextRaiseGain(s.memory()) : 0)).toList(),
                new EngineView.Memory(budget.limit(), budget.used(), prefixes.heldAlone(),
                        budget.paged() - prefixes.pagesHeldAlone()));
    }

    /**
     * @param raises layers that were raised
     * @param noRoom those that the budget had no room for
     * @param changed whether something was raised or ended, or a raise was given up
     */
    private record Prepared(List<StepRunner.Part> parts, int raises, List<Sequence> noRoom, boolean changed) {}

    /** Begins, raises and makes room; who finds no room waits, who fails otherwise ends. */
    private Prepared prepare(StepPlan plan) {
        List<StepRunner.Part> parts = new ArrayList<>();
        List<Sequence> noRoom = new ArrayList<>();
        int raises = 0;
        boolean changed = false;
        long spare = plan.spare();
        for (StepPlan.Entry entry : plan.entries()) {
            Sequence s = sequences.get(entry.sequence());
            try {
                if (s.begun()) {
                    changed |= entry.level() > s.level();
                    raises += raise(s, entry.level());
                } else {
                    spare -= prefixes.begin(s, entry, needOfOthers(s, plan), spare, options.nanoClock().getAsLong());
                    s.completeRaises();
                }
                int tokens = prefixes.tokens(s, entry.tokens());
                if (tokens > 0) {
                    s.memory().reserve(tokens);
                    parts.add(new StepRunner.Part(s, tokens));
                    s.stalled(null);
                }
            } catch (MemoryBudgetException e) {
                s.stalled(e);
                noRoom.add(s);
            } catch (Throwable e) {
                failed(s, e);
                changed = true;
            }
        }
        return new Prepared(parts, raises, noRoom, changed);
    }

    /** Bytes that those that have begun, or are to begin in this plan, may come to need. */
    private long needOfOthers(Sequence s, StepPlan plan) {
        long begin = plan.entries().stream().map(entry -> sequences.get(entry.sequence()))
                .filter(other -> other != null && other != s && !other.begun()).mapToLong(Sequence::need).sum();
        return begin + sequences.values().stream().filter(other -> other != s && other.begun())
                .mapToLong(Sequence::need).sum();
    }

    /**
     * No one found room, and no one can: so that the others go on, the last to come of those that hold memory ends. One
     * that holds none gives none back, and waits for those that do.
     *
     * @return whether one ended
     */
    private boolean giveWay(List<Sequence> noRoom) {
        boolean othersHold = sequences.values().stream().anyMatch(s -> s.begun() && !noRoom.contains(s));
        Comparator<Sequence> order = Comparator.comparing(Sequence::begun).thenComparingLong(s -> s.id);
        Optional<Sequence> last = noRoom.stream().filter(s -> s.begun() || !othersHold).max(order);
        last.ifPresent(s -> failed(s, s.stalled()));
        return last.isPresent();
    }

    /** @return layers that were raised */
    private int raise(Sequence s, int level) {
        int from = s.level();
        boolean planned = level > s.askedLevel();
        MemoryBudgetException refused = null;
        if (level > from) {
            model.checkRaise(from, level);
            try {
                if (!planned) {
                    checkPromises(s, level);
                }
                runner.raise(s, level, budget);
            } catch (MemoryBudgetException e) {
                LOG.warn("request {} stays at level {} of {}: {}", s.id, s.memory().level(), level, e.getMessage());
                refused = e;
            }
            if (s.memory().level() > from) {
                s.raised(new LevelChange(s.memory().position(), s.memory().level()));
                LOG.debug("request {} raised from level {} to {} at {} tokens", s.id, from, s.level(),
                        s.memory().position());
            }
        }
        s.completeRaises();
        if (refused != null) {
            s.refuseRaises(refused, planned);
        }
        return s.level() - from;
    }

    /** An owner's raise may take more than the request was let in with, but nothing that others were promised. */
    private void checkPromises(Sequence s, int level) {
        long need = Math.max(s.need(), model.sequenceBytes(s.capacity(), level));
        long others = sequences.values().stream().filter(other -> other != s && other.begun())
                .mapToLong(Sequence::need).sum();
        if (need > s.need() && others + need > budget.limit()) {
            throw new MemoryBudgetException(
                    "request " + s.id + " at level " + level + ", beside what others were promised,", need, others,
                    budget.limit());
        }
        s.admitted(need);
    }

    private void commit(StepResult.Part part) {
        Sequence s = part.sequence();
        FinishReason reason = null;
        try {
            prefixes.ran(s);
            int read = s.memory().position();
            int prompt = s.promptTokens();
            if (read <= prompt) {
                s.events.post(l -> l.onPrefill(read, prompt));
            }
            if (part.failure() != null) {
                failed(s, part.failure());
            } else if (part.token() != StepResult.NO_TOKEN) {
                reason = commit(s, part.token());
            }
        } catch (Throwable e) {
            failed(s, e);
        }
        if (reason != null) {
            finish(s, reason);
        }
    }

    /** @return why it ends with this token, or null if it goes on */
    private FinishReason commit(Sequence s, int token) {
        long now = options.nanoClock().getAsLong();
        if (options.stopTokens().contains(token)) {
            s.end(token, now);
            return FinishReason.STOP;
        }
        String piece = s.append(token, now);
        s.events.post(l -> l.onToken(token, piece));
        if (s.stopped()) {
            return FinishReason.STOP;
        }
        return s.full() ? FinishReason.LENGTH : null;
    }

    private void finish(Sequence s, FinishReason reason) {
        GenerationResult result;
        try {
            result = s.result(reason, options.nanoClock().getAsLong());
            prefixes.finished(s);
        } catch (Throwable e) {
            failed(s, e);
            return;
        }
        end(s);
        try {
            options.observer().ended(result);
        } finally {
            // Nobody else knows of it any more, so nothing may come between.
            s.events.complete(result);
        }
    }

    private void failed(Sequence s, Throwable cause) {
        LOG.warn("request {} failed after {} tokens: {}", s.id, s.length(), cause.toString());
        fail(s, cause);
    }

    private void fail(Sequence s, Throwable cause) {
        end(s);
        try {
            options.observer().failed(cause);
        } finally {
            s.events.fail(cause);
        }
    }

    /** Frees what a sequence held, before its owner hears of the end; never throws, so that the owner does. */
    private void end(Sequence s) {
        if (sequences.remove(s.id) == null) {
            return;
        }
        prefixes.ended(s);
        try {
            s.close();
        } catch (RuntimeException | Error e) {
            LOG.error("memory of request {} was not freed: {}", s.id, e.toString(), e);
        }
        inbox.ended(s);
    }

    private void endAll() {
        inbox.close(new IllegalStateException("the runtime was closed"));
        inbox.take().forEach(s -> sequences.put(s.id, s));
        List.copyOf(sequences.values()).forEach(s -> {
            end(s);
            s.events.fail(inbox.closedBy());
        });
        prefixes.close();
    }
}
