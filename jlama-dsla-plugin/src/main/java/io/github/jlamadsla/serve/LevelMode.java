package io.github.jlamadsla.serve;

import java.util.Objects;

/** How the level of unpinned requests comes about (DESIGN section 4, "Levels and load"). */
public sealed interface LevelMode {

    /** Every request at one level; no cap, no limit. */
    record Fixed(int level) implements LevelMode {
        public Fixed {
            if (level < 0) {
                throw new IllegalArgumentException("level is " + level + "; allowed: 0 or more");
            }
        }

        @Override
        public String toString() {
            return "fixed at " + level;
        }
    }

    /** The least of the order's length, the quality limit and the cap of the request's length; raised as it grows. */
    record LengthClasses(LengthCaps caps, QualityLimit limit) implements LevelMode {

        @Override
        public String toString() {
            return "by length class";
        }
    }

    /**
     * The least of what {@link LengthClasses} allows and a global level that follows the load.
     *
     * @param policy moves the global level, which starts at 0
     */
    record Adaptive(LengthCaps caps, QualityLimit limit, LevelPolicy policy) implements LevelMode {
        public Adaptive {
            Objects.requireNonNull(caps, "caps");
            Objects.requireNonNull(limit, "limit");
            Objects.requireNonNull(policy, "policy");
        }

        @Override
        public String toString() {
            return "by load";
        }
    }

    static LevelMode fixed(int level) {
        return new Fixed(level);
    }

    /** The paper's caps and the default quality limit. */
    static LevelMode lengthClasses() {
        return new LengthClasses(LengthCaps.PAPER, QualityLimit.DEFAULT);
    }

    static LevelMode lengthClasses(LengthCaps caps, QualityLimit limit) {
        return new LengthClasses(caps, limit);
    }

    /** By the load: the paper's caps, the default quality limit and {@link AdaptivePolicy#DEFAULT}. */
    static LevelMode adaptive() {
        return new Adaptive(LengthCaps.PAPER, QualityLimit.DEFAULT, AdaptivePolicy.DEFAULT);
    }

    /**
     * By the load, within caps and limit.
     *
     * @param policy moves the global level, such as an {@link AdaptivePolicy} with other thresholds
     */
    static LevelMode adaptive(LengthCaps caps, QualityLimit limit, LevelPolicy policy) {
        return new Adaptive(caps, limit, policy);
    }
}
