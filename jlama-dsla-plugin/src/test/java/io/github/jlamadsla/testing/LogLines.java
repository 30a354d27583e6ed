package io.github.jlamadsla.testing;

import java.util.List;

import org.slf4j.LoggerFactory;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

/** What is logged below a name at INFO and above while this is open; it is not printed meanwhile. */
public final class LogLines implements AutoCloseable {
    private final Logger logger;
    private final Level levelBefore;
    private final boolean additiveBefore;
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();

    private LogLines(Logger logger) {
        this.logger = logger;
        this.levelBefore = logger.getLevel();
        this.additiveBefore = logger.isAdditive();
        events.start();
        logger.addAppender(events);
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
    }

    /** Of all loggers of a package and those below it. */
    public static LogLines of(Package name) {
        return new LogLines((Logger) LoggerFactory.getLogger(name.getName()));
    }

    /** Of a class's logger. */
    public static LogLines of(Class<?> type) {
        return new LogLines((Logger) LoggerFactory.getLogger(type));
    }

    /** All so far, such as "INFO level 0 -> 2: ...". */
    public List<String> all() {
        // The appender appends under its own lock.
        synchronized (events) {
            return events.list.stream().map(event -> event.getLevel() + " " + event.getFormattedMessage()).toList();
        }
    }

    /** Those so far that begin so. */
    public List<String> starting(String beginning) {
        return all().stream().filter(line -> line.startsWith(beginning)).toList();
    }

    @Override
    public void close() {
        logger.setAdditive(additiveBefore);
        logger.setLevel(levelBefore);
        logger.detachAppender(events);
        events.stop();
    }
}
