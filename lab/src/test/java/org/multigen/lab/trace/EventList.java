package org.multigen.lab.trace;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A sink that keeps what it receives as lines; runs of touches are taken apart, so that their cutting does not matter. */
final class EventList {
    final List<String> events = new ArrayList<>();

    TraceSink sink() {
        return (TraceSink) Proxy.newProxyInstance(
                TraceSink.class.getClassLoader(), new Class<?>[] {TraceSink.class}, (proxy, method, args) -> {
                    add(method, args);
                    return null;
                });
    }

    private void add(Method method, Object[] args) {
        if (!method.getName().equals("touch")) {
            events.add(method.getName() + Arrays.toString(args));
            return;
        }
        for (int i = 0; i < (int) args[2]; i++) {
            events.add("touch[" + args[0] + ", " + ((long) args[1] + i) + ", " + args[3] + "]");
        }
    }
}
