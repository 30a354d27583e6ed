package io.github.jlamadsla.bridge;

import java.lang.reflect.Field;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.jlamadsla.model.ModelFamily;
import io.github.jlamadsla.model.ModelLoader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A family has two halves, its tensors here and its blocks in the model package, and two lists name them: one that is in
 * one list only would pass the check of its files and be refused after it, or never be reached.
 */
class FamiliesTest {

    @Test
    void bothListsNameTheSameFamilies() throws ReflectiveOperationException {
        // By reflection: this package may not be seen from there, and nobody else needs the list.
        Field field = ModelLoader.class.getDeclaredField("FAMILIES");
        field.setAccessible(true);

        assertThat((List<?>) field.get(null)).isNotEmpty()
                .extracting(family -> ((ModelFamily) family).name())
                .containsExactlyInAnyOrderElementsOf(
                        BaseTensors.families().stream().map(BaseTensors::family).toList());
    }
}
