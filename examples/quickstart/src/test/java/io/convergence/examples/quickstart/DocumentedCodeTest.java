package io.convergence.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Java code in the documentation is code of this module between {@code // docs:} lines, so that it compiles. */
class DocumentedCodeTest {
    private static final Pattern MARKDOWN_BLOCK = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL);
    private static final Pattern JAVADOC_BLOCK =
            Pattern.compile("<pre>\\{@code\\R(.*?)\\R *\\* \\}</pre>", Pattern.DOTALL);
    private static final Pattern JAVADOC_MARGIN = Pattern.compile("(?m)^ *\\* ?");

    @Test
    void everyJavaBlockOfADocumentIsCodeThatCompiles() throws IOException {
        Set<String> compiled = sections();
        List<String> blocks = new ArrayList<>();
        for (Path document : Repository.documents()) {
            Matcher block = MARKDOWN_BLOCK.matcher(Repository.text(document));
            while (block.find()) {
                String code = block.group(1).stripTrailing();
                assertThat(compiled).as("java code of " + document).contains(code);
                blocks.add(code);
            }
        }

        assertThat(blocks).as("README and how-to").hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void everyJavaBlockOfAJavadocIsCodeThatCompiles() throws IOException {
        Set<String> compiled = sections();
        List<String> blocks = new ArrayList<>();
        for (Path source : Repository.productSources()) {
            Matcher block = JAVADOC_BLOCK.matcher(Repository.text(source));
            while (block.find()) {
                String code = JAVADOC_MARGIN.matcher(block.group(1)).replaceAll("");
                assertThat(compiled).as("java code of " + source).contains(code);
                blocks.add(code);
            }
        }

        assertThat(blocks).as("the entry point's Javadoc").isNotEmpty();
    }

    private static Set<String> sections() throws IOException {
        Set<String> sections = new HashSet<>();
        for (Path source : Repository.sourcesOfThisModule()) {
            List<String> lines = Repository.text(source).lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i).strip();
                if (line.startsWith("// docs: ") && !line.equals("// docs: end")) {
                    List<String> rest = lines.subList(i + 1, lines.size());
                    int end = rest.stream().map(String::strip).toList().indexOf("// docs: end");
                    sections.add(String.join("\n", rest.subList(0, end)).stripIndent());
                }
            }
        }

        return sections;
    }
}
