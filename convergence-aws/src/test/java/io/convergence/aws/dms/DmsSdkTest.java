package io.convergence.aws.dms;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.target.Deployment;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class DmsSdkTest {
    /** An application that forgot the optional dependency; it is loaded by a class loader of its own. */
    public static final class Application implements Supplier<String> {
        @Override
        public String get() {
            try {
                Deployment none = null;
                return String.valueOf(DmsModels.toCreateEndpointRequest(none));
            } catch (IllegalStateException e) {
                return e.getMessage();
            }
        }
    }

    @Test
    void whoLacksTheSdkIsToldItsCoordinate() throws Exception {
        URL[] withoutSdk = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("databasemigration"))
                .map(DmsSdkTest::url)
                .toArray(URL[]::new);

        String message;
        try (URLClassLoader loader = new URLClassLoader(withoutSdk, ClassLoader.getPlatformClassLoader())) {
            Supplier<?> application = (Supplier<?>) loader.loadClass(Application.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();
            message = String.valueOf(application.get());
        }

        assertThat(message)
                .isEqualTo(
                        "Cannot make a CreateEndpointRequest: class "
                                + "'software/amazon/awssdk/services/databasemigration/model/S3Settings' is not on the class path. "
                                + "Add the dependency software.amazon.awssdk:databasemigration, which convergence-aws does not bring along.");
    }

    private static URL url(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new AssertionError(entry, e);
        }
    }
}
