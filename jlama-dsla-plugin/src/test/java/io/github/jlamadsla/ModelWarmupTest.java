package io.github.jlamadsla;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class ModelWarmupTest {

    @ParameterizedTest
    @CsvSource({"0,64,2048,0", "68,64,2048,36", "68,1,2048,68", "20,64,2048,0", "68,64,101,36", "68,64,100,0",
        "1024,64,2048,992", "1025,64,2048,0"})
    void stepsBeginWhereAKeyEntersTheStatesAtHalfOfTheRows(int exact, int length, int context, int start) {
        assertThat(ModelWarmup.start(exact, length, context)).isEqualTo(start);
    }
}
