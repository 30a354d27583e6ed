package io.github.jlamadsla.testing;

import java.nio.file.Path;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Looks whether the real model is there; where it is not, says so once in a run. */
final class RealModelCondition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Path directory = RealModel.directory();
        if (RealModel.isThere()) {
            return ConditionEvaluationResult.enabled(directory + " is there");
        }
        String reason = "The real-model tier did not run: no model at " + directory
                + " (examples/get-smollm2 makes it).";
        context.getRoot().getStore(ExtensionContext.Namespace.create(RealModelCondition.class))
                .getOrComputeIfAbsent(RealModel.PROPERTY, property -> {
                    System.out.println(reason);
                    return reason;
                });
        return ConditionEvaluationResult.disabled(reason);
    }
}
