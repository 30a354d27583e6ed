package io.github.jlamadsla.it.load;

import java.nio.file.Path;
import java.util.List;

import io.github.jlamadsla.DslaRuntime;
import io.github.jlamadsla.engine.GenerationListener;
import io.github.jlamadsla.engine.GenerationRequest;

/** Our runtime as its users get it, at level 0. */
final class OwnAnswers implements AnsweringEngine {
    private final DslaRuntime runtime;

    OwnAnswers(Path directory) {
        runtime = DslaRuntime.builder().modelDirectory(directory).build();
    }

    @Override
    public List<Integer> answer(LoadRequest request) {
        return runtime.generate(GenerationRequest.builder().promptTokens(request.prompt())
                .maxOutputTokens(request.output()).level(0).build(), GenerationListener.NONE).tokens();
    }

    @Override
    public void close() {
        runtime.close();
    }
}
