package io.github.jlamadsla.it.serve;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

import com.fasterxml.jackson.databind.ObjectMapper;

/** Takes a {@link Calibration} in a JVM of its own, as the servers have one. */
public final class CalibrationProcess {
    /** Begins the line that counts. */
    static final String MARK = "@calibration ";

    private CalibrationProcess() {}

    /** @param arguments name and directory of the model, seed, requests of the trace, memory limit, sample */
    public static void main(String[] arguments) throws IOException {
        PrintStream output = System.out;
        System.setOut(System.err);
        ServedModel model = ServedModel.open(arguments[0], Path.of(arguments[1]));
        List<TraceRequest> mix = new TraceGenerator(Long.parseLong(arguments[2]), model.context(),
                model.lengthScale()).requests(Integer.parseInt(arguments[3]));
        try (ServedEngine server = Servers.start(ServeContender.LEVEL_0, model, Long.parseLong(arguments[4]),
                _ -> {
                })) {
            WarmUp.run(server, model, model.context());
            output.println(MARK + new ObjectMapper().writeValueAsString(
                    Calibration.measure(server, model, mix, Integer.parseInt(arguments[5]))));
        }
    }
}
