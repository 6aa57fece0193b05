package io.claviger.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.LoggerFactory;

/**
 * The servers' log: lines on standard error, from WARN on. Configured here and not by a file, whose parsing would cost
 * a good part of the start. Logback finds this class as a service when the first logger is asked for.
 */
public final class ServerLogging extends ContextAwareBase implements Configurator {
    /** For logback, which needs it. */
    public ServerLogging() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        install(context, Level.WARN, new PlainLayout());
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** From now on the log has the form of the original {@code tcpnetlock_server}. */
    static void useOriginalForm(Level level) {
        install((LoggerContext) LoggerFactory.getILoggerFactory(), level, new OriginalLayout());
    }

    private static void install(LoggerContext context, Level level, Layout<ILoggingEvent> layout) {
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget(ConsoleTarget.SystemErr.getName());
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.addAppender(appender);
        root.setLevel(level);
        // What these say below WARN is for those who develop with them.
        context.getLogger("io.netty").setLevel(Level.WARN);
        context.getLogger("org.eclipse.jetty").setLevel(Level.WARN);
        context.getLogger("io.javalin").setLevel(Level.WARN);
        // It warns of host names that clients make up; they get a 400.
        context.getLogger("org.eclipse.jetty.util.HostPort").setLevel(Level.ERROR);
    }

    /** {@code 2026-11-21T04:07:00.123Z WARN io.claviger.server.X: message}, a stack trace below it. */
    private static final class PlainLayout extends LayoutBase<ILoggingEvent> {
        @Override
        public String doLayout(ILoggingEvent event) {
            return event.getInstant() + " " + line(event, event.getLevel() + " ", ": ");
        }
    }

    /** {@code LEVEL:logger:message} as Python's basicConfig has it, a stack trace below it. */
    private static final class OriginalLayout extends LayoutBase<ILoggingEvent> {
        @Override
        public String doLayout(ILoggingEvent event) {
            String level = event.getLevel().equals(Level.WARN)
                    ? "WARNING"
                    : event.getLevel().toString();
            return line(event, level + ":", ":");
        }
    }

    private static String line(ILoggingEvent event, String level, String afterLogger) {
        String line = level + event.getLoggerName() + afterLogger + event.getFormattedMessage() + "\n";
        return event.getThrowableProxy() == null ? line : line + ThrowableProxyUtil.asString(event.getThrowableProxy());
    }
}
