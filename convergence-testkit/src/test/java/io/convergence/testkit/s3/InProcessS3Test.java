package io.convergence.testkit.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.store.StoreUnavailableException;
import io.convergence.store.WriteCondition;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class InProcessS3Test {
    @Test
    void itServesUntilItIsClosed() {
        InProcessS3 s3 = InProcessS3.start();
        s3.createBucket("bucket");
        s3.store("bucket").put("a", new byte[3], WriteCondition.none());

        assertThat(s3.store("bucket").head("a").orElseThrow().size()).isEqualTo(3);
        assertThat(s3.endpoint().getHost()).isEqualTo("127.0.0.1");

        var late = s3.store("bucket");
        s3.close();
        assertThatThrownBy(() -> late.head("a"))
                .isInstanceOfAny(StoreUnavailableException.class, IllegalStateException.class);
    }

    @Test
    void twoServersShareNothing() {
        try (InProcessS3 one = InProcessS3.start();
                InProcessS3 two = InProcessS3.start()) {
            one.createBucket("bucket");
            two.createBucket("bucket");
            one.store("bucket").put("a", new byte[1], WriteCondition.none());

            assertThat(two.store("bucket").head("a")).isEmpty();
        }
    }

    @Test
    void withoutS3ProxyTheErrorNamesWhatToAdd() throws Exception {
        try (var without = new WithoutPackage("org.gaul.")) {
            Method start = without.loadClass(InProcessS3.class.getName()).getMethod("start");

            assertThatThrownBy(() -> start.invoke(null))
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Add the dependency org.gaul:s3proxy:4.1.0 with scope test.");
        }
    }

    @Test
    void withoutTestcontainersTheErrorNamesWhatToAdd() throws Exception {
        try (var without = new WithoutPackage("org.testcontainers.")) {
            Class<?> localStack = without.loadClass(LocalStackS3.class.getName());
            Method docker = localStack.getDeclaredMethod("dockerObstacle");
            docker.setAccessible(true);

            assertThatThrownBy(() -> docker.invoke(null))
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(
                            "Add the dependency org.testcontainers:testcontainers-localstack:2.0.5 with scope test.");
        }
    }

    /** Loads the class path anew, without the classes of one package. */
    private static final class WithoutPackage extends URLClassLoader {
        private final String missing;

        WithoutPackage(String missing) {
            super(classPath(), ClassLoader.getPlatformClassLoader());
            this.missing = missing;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith(missing)) {
                throw new ClassNotFoundException(name);
            }

            return super.findClass(name);
        }

        private static URL[] classPath() {
            return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                    .map(WithoutPackage::url)
                    .toArray(URL[]::new);
        }

        private static URL url(String entry) {
            try {
                return Path.of(entry).toUri().toURL();
            } catch (MalformedURLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
