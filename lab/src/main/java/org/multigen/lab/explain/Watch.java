package org.multigen.lab.explain;

import org.jspecify.annotations.Nullable;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;

/** One run that is accounted for; to be attached to its machine before anything is mapped. */
public final class Watch {
    private final PageIds ids;
    private final Areas areas;
    private final Account account;
    private @Nullable PageLedger ledger;

    Watch(PageIds ids, Areas areas, Account account) {
        this.ids = ids;
        this.areas = areas;
        this.account = account;
    }

    public void attach(Machine machine) {
        ledger = new PageLedger(machine, ids, areas, account);
    }

    /** The warm-up is over: the metric counts from now on. */
    public void open() {
        account.open();
    }

    /** For the scenario's task of a number. */
    public Toucher toucher(int number) {
        PageLedger watching = ledger;
        if (watching == null) {
            throw new IllegalStateException("not attached");
        }
        return new Toucher() {
            private long ordinal;

            @Override
            public int touch(Task task, long vpn, boolean write) {
                return watching.touch(number, ordinal++, task, vpn, write);
            }

            @Override
            public int again(Task task, long vpn, boolean write) {
                return watching.touch(number, ordinal - 1, task, vpn, write);
            }

            @Override
            public void skip() {
                watching.skip(number, ordinal++);
            }
        };
    }

    /** The machine has gone; what was counted stays. */
    public void detach() {
        ledger = null;
    }

    Account account() {
        return account;
    }
}
