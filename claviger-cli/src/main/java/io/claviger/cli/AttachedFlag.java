package io.claviger.cli;

import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A flag of a command that has operands: {@code --no-wait=false} has a value, but in {@code --no-wait nightly} the second word
 * is an operand.
 */
final class AttachedFlag implements IParameterPreprocessor {
    @Override
    @SuppressWarnings("JdkObsolete") // The interface is picocli's.
    public boolean preprocess(Stack<String> args, CommandSpec command, ArgSpec option, Map<String, Object> info) {
        if (" ".equals(info.get("separator"))) {
            args.push("true");
        }
        return false;
    }
}
