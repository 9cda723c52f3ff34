package org.multigen.base;

/** A refusal that the kernel would answer with an error number. */
public final class KernelError extends Exception {
    private static final long serialVersionUID = 1;
    private final String errno;

    public KernelError(String errno, String message) {
        super(message, null, false, false);
        this.errno = errno;
    }

    /** The symbol, e.g. {@code EINVAL}. */
    public String errno() {
        return errno;
    }
}
