package io.convergence.target;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A character that is replaced by another one.
 *
 * @param sourceCodePoint the character in the source
 * @param targetCodePoint what replaces it; 0 removes it
 */
public record CharacterReplacement(int sourceCodePoint, int targetCodePoint) {
    private static final String SOURCE = "SourceCharacterCodePoint";
    private static final String TARGET = "TargetCharacterCodePoint";

    static final WireType<List<CharacterReplacement>> TYPE =
            WireType.structure(CharacterReplacement::read, CharacterReplacement::write);

    private static @Nullable List<CharacterReplacement> read(JsonNode array, WireType.Wrong wrong) {
        List<CharacterReplacement> replacements = new ArrayList<>();
        for (JsonNode entry : array) {
            String source = entry.path(SOURCE).asText();
            String target = entry.path(TARGET).asText();
            if (!array.isArray() || entry.size() != 2 || !source.matches("\\d{1,7}") || !target.matches("\\d{1,7}")) {
                wrong.because(
                        "It holds " + entry + ", not a pair of numbers.",
                        "Give each as {\"" + SOURCE + "\": 35, \"" + TARGET + "\": 0}.");
                return null;
            }
            replacements.add(new CharacterReplacement(Integer.parseInt(source), Integer.parseInt(target)));
        }
        return List.copyOf(replacements);
    }

    private static Object write(List<CharacterReplacement> replacements) {
        ArrayNode array = ConfigurationJson.newArray();
        for (CharacterReplacement replacement : replacements) {
            array.addObject().put(SOURCE, replacement.sourceCodePoint()).put(TARGET, replacement.targetCodePoint());
        }
        return array;
    }
}
