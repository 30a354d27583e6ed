package io.github.jlamadsla.examples;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SentencesTest {

    @Test
    void endsStandBehindWhatClosesTheSentence() {
        assertThat(sentences("He sat. \"Who?\" she said (so!)\n\nIt is 3.5 miles\u2026 \u201cYes.\u201d And"))
                .containsExactly(
                        "He sat.", " \"Who?\"", " she said (so!)", "\n\nIt is 3.5 miles\u2026", " \u201cYes.\u201d");
        assertThat(sentences("")).isEmpty();
        assertThat(sentences("no end")).isEmpty();
    }

    @Test
    void onlyABlankLineIsSkipped() {
        assertThat(Sentences.skipBlankLine("One.\n\nTwo.", 4)).isEqualTo(6);
        assertThat(Sentences.skipBlankLine("One. \n \n\n Two.", 4)).isEqualTo(10);
        assertThat(Sentences.skipBlankLine("One.\nTwo.", 4)).isEqualTo(4);
        assertThat(Sentences.skipBlankLine("One. Two.", 4)).isEqualTo(4);
        assertThat(Sentences.skipBlankLine("One.", 4)).isEqualTo(4);
    }

    private static List<String> sentences(String text) {
        List<String> sentences = new ArrayList<>();
        int begin = 0;
        for (int end : Sentences.ends(text)) {
            sentences.add(text.substring(begin, end));
            begin = end;
        }
        return sentences;
    }
}
