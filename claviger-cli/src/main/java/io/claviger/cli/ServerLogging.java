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
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/**
 * The servers' log: lines on standard error, from WARN on. Configured here and not by a file, whose parsing would cost
 * a good part of the start. Logback finds this class as a service when the first logger is asked for.
 */
public final class ServerLogging extends ContextAwareBase implements Configurator {
    /** Beginnings of the names of our own loggers. */
    private static final List<String> OURS = List.of("io.claviger", "tcpnetlock");

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

    /** From now on the log has the form of the original {@code ldlm-server}. */
    static void useLdlmForm(Level level) {
        install((LoggerContext) LoggerFactory.getILoggerFactory(), level, new LdlmLayout());
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
        // What libraries say below WARN is for those who develop with them: among it are headers, and so passwords.
        root.setLevel(level.isGreaterOrEqual(Level.WARN) ? level : Level.WARN);
        OURS.forEach(ours -> context.getLogger(ours).setLevel(level));
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

    /** One JSON object a line, as Go's slog writes it: time, level, msg, and what else there is to say. */
    private static final class LdlmLayout extends LayoutBase<ILoggingEvent> {
        @Override
        public String doLayout(ILoggingEvent event) {
            StringWriter line = new StringWriter();
            PrintWriter out = new PrintWriter(line);
            JsonWriter json = new JsonWriter(out).beginObject();
            OffsetDateTime time =
                    event.getInstant().atZone(ZoneId.systemDefault()).toOffsetDateTime();
            json.field("time", DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time));
            json.field("level", event.getLevel().toString());
            json.field("msg", event.getFormattedMessage());
            List<KeyValuePair> attributes = event.getKeyValuePairs();
            if (attributes != null) {
                attributes.forEach(attribute -> add(json, attribute.key, attribute.value));
            }
            if (event.getThrowableProxy() != null) {
                json.field("error", ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
            json.endObject();
            return line + "\n";
        }

        private static void add(JsonWriter json, String name, @Nullable Object value) {
            if (value instanceof Number number) {
                json.field(name, number.longValue());
            } else if (value instanceof Boolean truth) {
                json.field(name, truth);
            } else {
                json.field(name, value == null ? null : value.toString());
            }
        }
    }

    private static String line(ILoggingEvent event, String level, String afterLogger) {
        String line = level + event.getLoggerName() + afterLogger + event.getFormattedMessage() + "\n";
        return event.getThrowableProxy() == null ? line : line + ThrowableProxyUtil.asString(event.getThrowableProxy());
    }
}
