// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * page_recorder: a QEMU user-mode plugin that reports which pages a program touches.
 *
 * It is compiled on demand by `multigen record`, loaded into qemu-user, and writes 64-bit words into a ring in shared
 * memory (one ring per program image, a file in the spool directory) that the recorder drains. A process that is killed
 * loses nothing: what it has published is in the shared file.
 *
 * Words: the low 4 bits are the kind: 1 read of a page, 2 write of a page (page number above bit 4), 3 a record (bits 4-11
 * operation, bits 16-47 number of payload words that follow). The operations are the OP_ constants below; the same numbers
 * stand in RawOp.java. A program that QEMU has to run natively is announced by OP_UNFOLLOWED and taken back by OP_EXEC_FAILED.
 *
 * Folding: within a fold window (a number of guest instructions of the whole process) a page is reported at most once as
 * read and once as written, when it is first touched that way; a read after a write of the same window says nothing new
 * to an accessed bit and is left out. A read immediately followed by a write of the same page by the same instruction is
 * one write, as for the processor.
 *
 * Children: fork is noticed by pthread_atfork; execve is carried out here, by executing QEMU again with this plugin in
 * front of the new program, because QEMU itself would run the child natively and unseen.
 *
 * The plugin functions that it uses are declared below from QEMU's documentation of its plugin interface.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

/* ------------------------------------------------------------------ QEMU's plugin interface, as documented */

#ifndef MG_PLUGIN_API
#define MG_PLUGIN_API 1
#endif
#define EXPORT __attribute__((visibility("default")))

typedef uint64_t qemu_plugin_id_t;
typedef uint32_t qemu_plugin_meminfo_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum { CB_NO_REGS = 0 };
enum { MEM_RW = 3 };

EXPORT int qemu_plugin_version = MG_PLUGIN_API;

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *, void (*)(unsigned, void *), int, void *);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *,
				      void (*)(unsigned, qemu_plugin_meminfo_t, uint64_t, void *), int, int, void *);
void qemu_plugin_register_vcpu_syscall_cb(qemu_plugin_id_t,
	void (*)(qemu_plugin_id_t, unsigned, int64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
		 uint64_t, uint64_t));
void qemu_plugin_register_vcpu_syscall_ret_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, unsigned, int64_t, int64_t));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *);
void *qemu_plugin_insn_haddr(const struct qemu_plugin_insn *);
unsigned qemu_plugin_mem_size_shift(qemu_plugin_meminfo_t);
bool qemu_plugin_mem_is_store(qemu_plugin_meminfo_t);

/* ------------------------------------------------------------------ the ring */

#define RING_HEADER 4096
#define RING_WORDS (1u << 19)
#define RING_MASK (RING_WORDS - 1)
#define RING_MAGIC 0x3130474e49524d47ull   /* "GMRING01" */

enum { KIND_READ = 1, KIND_WRITE = 2, KIND_RECORD = 3 };
enum {
	OP_STAMP = 1, OP_START, OP_MAPS, OP_FILE, OP_MMAP, OP_MUNMAP, OP_MPROTECT, OP_MADVISE, OP_MREMAP, OP_BRK, OP_MLOCK,
	OP_MUNLOCK, OP_OPEN, OP_CLOSE, OP_DUP, OP_READ, OP_WRITE, OP_FADVISE, OP_TRUNCATE, OP_SYNC, OP_FORK, OP_FORK_FAILED,
	OP_EXEC, OP_EXEC_FAILED, OP_UNFOLLOWED, OP_EXIT, OP_SHMDT, OP_CLOSE_RANGE, OP_WINDOW, OP_WAITED,
};
enum { START_ROOT, START_FORK, START_EXEC };

struct ring {
	uint64_t magic, pid, serial, parent, how;
	uint64_t pad0[3];
	uint64_t head;			/* words published; written by the plugin */
	uint64_t pad1[7];
	uint64_t tail;			/* words consumed; written by the recorder */
	uint64_t pad2[RING_HEADER / 8 - 17];
	uint64_t word[RING_WORDS];
};

struct control {
	uint64_t stop;			/* set by the recorder: record nothing more */
	uint64_t recorder_pid;
	uint64_t pad0[6];
	uint64_t serials;		/* ring numbers given out */
	uint64_t rings;			/* rings that exist */
};

static struct control *control;
static struct ring *ring;
static uint64_t head, tail_seen;	/* head: words written, not necessarily published */
static volatile bool recording;
static char spool[4096], self_so[4096];
static uint64_t fold = 10000, fork_serial;
static int64_t guest_base;
static bool started;

static inline uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static inline void publish(void) { __atomic_store_n(&ring->head, head, __ATOMIC_RELEASE); }

/* Waits until the recorder has made room; gives up recording when the recorder is gone or says stop. */
static __attribute__((noinline)) void wait_for_room(void)
{
	unsigned spins = 0;

	publish();
	for (;;) {
		tail_seen = __atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE);
		if (head - tail_seen < RING_WORDS)
			return;
		if (control->stop || (++spins % 1024 == 0 && kill(control->recorder_pid, 0) && errno == ESRCH)) {
			recording = false;
			return;
		}
		nanosleep(&(struct timespec){ .tv_nsec = 50000 }, NULL);
	}
}

static inline void put(uint64_t w)
{
	if (__builtin_expect(head - tail_seen >= RING_WORDS, 0)) {
		if (recording)
			wait_for_room();
		if (!recording)
			return;
	}
	ring->word[head++ & RING_MASK] = w;
}

static void put_record(int op, int n, const uint64_t *payload)
{
	put(KIND_RECORD | (uint64_t)op << 4 | (uint64_t)n << 16);
	for (int i = 0; i < n; i++)
		put(payload[i]);
}

#define RECORD(op, ...) do { \
	uint64_t p_[] = { __VA_ARGS__ }; \
	put_record(op, sizeof p_ / 8, p_); \
} while (0)

/* A record of n words followed by texts: for each its length in bytes, then the bytes, padded to whole words. */
static void put_text_record(int op, int n, const uint64_t *payload, int texts, const char **text, const size_t *len)
{
	uint64_t total = n;

	for (int i = 0; i < texts; i++)
		total += 1 + (len[i] + 7) / 8;
	put(KIND_RECORD | (uint64_t)op << 4 | total << 16);
	for (int i = 0; i < n; i++)
		put(payload[i]);
	for (int i = 0; i < texts; i++) {
		put(len[i]);
		for (size_t at = 0; at < len[i]; at += 8) {
			uint64_t w = 0;

			memcpy(&w, text[i] + at, len[i] - at < 8 ? len[i] - at : 8);
			put(w);
		}
	}
}

static bool open_ring(uint64_t serial, uint64_t parent, uint64_t how)
{
	char name[sizeof spool + 32];
	int fd;

	snprintf(name, sizeof name, "%s/%llu.ring", spool, (unsigned long long)serial);
	fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	/* The room is reserved, lest a full spool kills the program later. */
	if (posix_fallocate(fd, 0, sizeof(struct ring))) {
		unlink(name);
		close(fd);
		return false;
	}
	ring = mmap(NULL, sizeof(struct ring), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);	/* the guest may close any descriptor; the mapping stays */
	if (ring == MAP_FAILED)
		return false;
	ring->pid = getpid();
	ring->serial = serial;
	ring->parent = parent;
	ring->how = how;
	head = tail_seen = 0;
	__atomic_store_n(&ring->magic, RING_MAGIC, __ATOMIC_RELEASE);
	return true;
}

/* ------------------------------------------------------------------ one lock per process */

static int lock_word;
static bool threaded;

static __thread int lock_depth;

static void lock(void)
{
	if (lock_depth++)
		return;
	for (unsigned spins = 0; __atomic_exchange_n(&lock_word, 1, __ATOMIC_ACQUIRE); spins++)
		if (spins > 100)
			sched_yield();
}

static void unlock(void)
{
	if (!--lock_depth)
		__atomic_store_n(&lock_word, 0, __ATOMIC_RELEASE);
}

/* ------------------------------------------------------------------ fold windows */

#define PAGE_SHIFT 12
#define PAGE_MASK 4095ull
#define SEEN_R 1ull
#define SEEN_W 2ull
#define NEAR 64				/* entries of a thread's own look-aside */
#define TABLE (1u << 16)		/* entries of the process's table of pages seen in this window */
#define VCPUS 8192

struct seen {
	uint64_t page;
	uint64_t state;			/* window number << 2 | SEEN_ bits */
};

struct vcpu {
	struct seen near[NEAR];
	uint64_t arg[6];
	uint64_t entered_ns;
	uint64_t insns;			/* executed and not yet added to the process */
};

static struct seen table[TABLE];
static uint32_t table_used;
static volatile uint64_t window = 1;
static uint64_t window_insns, unstamped_insns;
static uint64_t last_stamp_ns;
static struct vcpu *vcpus[VCPUS];
static uint64_t last_read_at, last_read_insn, last_read_page;	/* to turn read-then-write of one instruction into a write */

static struct vcpu *vcpu_of(unsigned index)
{
	struct vcpu *v = vcpus[index % VCPUS];

	if (__builtin_expect(!v, 0)) {
		v = calloc(1, sizeof *v);
		vcpus[index % VCPUS] = v;
	}
	return v;
}

static void stamp(int op)
{
	last_stamp_ns = now_ns();
	RECORD(op, unstamped_insns, last_stamp_ns);
	unstamped_insns = 0;
}

static void next_window(void)
{
	stamp(OP_WINDOW);
	window++;
	window_insns = 0;
	table_used = 0;
	if (control->stop)
		recording = false;
}

/* Returns whether the process has not yet touched the page this way in the window, and notes that it has now. */
static bool first_in_window(uint64_t page, uint64_t bit)
{
	uint32_t i = (page * 0x9E3779B97F4A7C15ull) >> 48;

	for (;; i = (i + 1) % TABLE) {
		struct seen *s = &table[i];

		if (s->state >> 2 != window) {
			s->page = page;
			s->state = window << 2 | bit;
			if (++table_used > TABLE / 4 * 3)
				next_window();
			return true;
		}
		if (s->page == page) {
			if (s->state & (bit | SEEN_W))
				return false;
			s->state |= bit;
			return true;
		}
	}
}

static __attribute__((noinline)) void touch_slow(struct vcpu *v, uint64_t page, uint64_t bit, uint64_t insn)
{
	bool shared = threaded;

	if (shared)
		lock();
	if (recording && (!fold || first_in_window(page, bit))) {
		if (bit == SEEN_R) {
			publish();
			last_read_at = head;
			last_read_insn = insn;
			last_read_page = page;
			put(page << 4 | KIND_READ);
		} else if (insn && last_read_insn == insn && last_read_page == page && last_read_at + 1 == head
			   && last_read_at >= ring->head) {
			ring->word[last_read_at & RING_MASK] = page << 4 | KIND_WRITE;
		} else {
			publish();
			put(page << 4 | KIND_WRITE);
		}
	}
	struct seen *n = &v->near[page % NEAR];
	if (n->page != page || n->state >> 2 != window) {
		n->page = page;
		n->state = window << 2;
	}
	n->state |= bit;
	if (shared)
		unlock();
}

static inline void touch(struct vcpu *v, uint64_t page, uint64_t bit, uint64_t insn)
{
	struct seen *n = &v->near[page % NEAR];

	if (n->page == page && n->state >> 2 == window && (n->state & (bit | SEEN_W)) && fold)
		return;
	if (recording)
		touch_slow(v, page, bit, insn);
}

static void touch_range(struct vcpu *v, uint64_t addr, uint64_t len, uint64_t bit)
{
	if (!len)
		return;
	for (uint64_t p = addr >> PAGE_SHIFT; p <= (addr + len - 1) >> PAGE_SHIFT; p++)
		touch(v, p, bit, 0);
}

/*
 * One callback for loads and stores: with one for each, QEMU 7.2 calls both of them for every access of an instruction.
 */
static void on_access(unsigned index, qemu_plugin_meminfo_t info, uint64_t addr, void *insn)
{
	struct vcpu *v = vcpu_of(index);
	uint64_t bit = qemu_plugin_mem_is_store(info) ? SEEN_W : SEEN_R;

	touch(v, addr >> PAGE_SHIFT, bit, (uintptr_t)insn);
	if (__builtin_expect((addr & PAGE_MASK) > PAGE_MASK - 63, 0)
	    && (addr & PAGE_MASK) + (1u << qemu_plugin_mem_size_shift(info)) > PAGE_MASK + 1)
		touch(v, (addr >> PAGE_SHIFT) + 1, bit, 0);
}

static void report_maps(void)
{
	static char text[1 << 16];
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	ssize_t n;

	/* One record per read; the kernel returns whole lines. The recorder strips the guest base. */
	while (fd >= 0 && (n = read(fd, text, sizeof text)) > 0) {
		const char *t[] = { text };
		size_t len[] = { n };

		put_text_record(OP_MAPS, 1, (uint64_t[]){ guest_base }, 1, t, len);
	}
	if (fd >= 0)
		close(fd);
}

static void count_instructions(struct vcpu *v)
{
	bool shared = threaded;

	if (shared)
		lock();
	unstamped_insns += v->insns;
	window_insns += v->insns;
	v->insns = 0;
	if (window_insns >= (fold ? fold : 10000))
		next_window();
	if (shared)
		unlock();
}

/* Block data: page number << 12 | ends on the next page << 11 | instructions. */
static void on_block(unsigned index, void *data)
{
	struct vcpu *v = vcpu_of(index);
	uint64_t b = (uintptr_t)data, n = b & 0x7ff;

	if (__builtin_expect(!recording, 0))
		return;
	if (__builtin_expect(!started, 0)) {
		started = true;
		stamp(OP_STAMP);
		report_maps();
	}
	/* A lone thread counts exactly; threads add up in steps, so that they seldom meet at the lock. */
	v->insns += n;
	if (!threaded || v->insns >= (fold ? fold : 10000) / 16)
		count_instructions(v);
	touch(v, b >> 12, SEEN_R, 0);
	if (b & 0x800)
		touch(v, (b >> 12) + 1, SEEN_R, 0);
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);
	struct qemu_plugin_insn *first = qemu_plugin_tb_get_insn(tb, 0), *last = qemu_plugin_tb_get_insn(tb, n - 1);
	uint64_t start = qemu_plugin_insn_vaddr(first);
	uint64_t end = qemu_plugin_insn_vaddr(last) + qemu_plugin_insn_size(last) - 1;
	uint64_t crosses = start >> PAGE_SHIFT != end >> PAGE_SHIFT;

	if (qemu_plugin_insn_haddr(first))
		guest_base = (int64_t)((uintptr_t)qemu_plugin_insn_haddr(first) - start);
	qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block, CB_NO_REGS,
					     (void *)(uintptr_t)(start >> PAGE_SHIFT << 12 | crosses << 11 | (n & 0x7ff)));
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		void *at = (void *)(uintptr_t)qemu_plugin_insn_vaddr(insn);

		qemu_plugin_register_vcpu_mem_cb(insn, on_access, CB_NO_REGS, MEM_RW, at);
	}
}

/* ------------------------------------------------------------------ guest memory */

/* Copies guest memory; returns the bytes copied, short where the guest has nothing mapped. Never faults. */
static size_t read_guest(uint64_t addr, void *to, size_t len)
{
	struct iovec l = { to, len }, r = { (void *)(uintptr_t)(addr + guest_base), len };
	ssize_t n = process_vm_readv(getpid(), &l, 1, &r, 1, 0);

	return n < 0 ? 0 : n;
}

/* A copy of a guest string, to be freed; NULL when it does not end within a page of the limit. */
static char *guest_string(uint64_t addr)
{
	size_t cap = 256, n = 0;
	char *s = malloc(cap);

	for (;;) {
		size_t want = 4096 - (addr + n) % 4096;

		if (want > 256)
			want = 256;
		if (n + want > cap)
			s = realloc(s, cap *= 2);
		size_t got = read_guest(addr + n, s + n, want);
		char *z = memchr(s + n, 0, got);

		if (z)
			return s;
		n += got;
		if (got < want || n > (1 << 21)) {
			free(s);
			return NULL;
		}
	}
}

/* A NULL-ended copy of a guest array of strings; NULL when it cannot be read. */
static char **guest_strings(uint64_t addr, size_t *count)
{
	size_t cap = 64, n = 0;
	char **v = malloc(cap * sizeof *v);
	uint64_t p;

	while (addr && read_guest(addr + 8 * n, &p, 8) == 8 && p) {
		if (n + 1 == cap)
			v = realloc(v, (cap *= 2) * sizeof *v);
		if (!(v[n] = guest_string(p)))
			return NULL;
		n++;
	}
	v[n] = NULL;
	*count = n;
	return v;
}

/* ------------------------------------------------------------------ files */

#define FILES 4096
static struct { uint64_t dev, ino; bool used; } files[FILES];
static uint64_t file_count;

#ifndef TMPFS_MAGIC
#define TMPFS_MAGIC 0x01021994
#endif

/*
 * The number of the regular file behind a descriptor, -1 if it is none. The file is reported when it is new, and whenever it
 * is opened: its inode number may have belonged to another file before.
 */
static int64_t report_file(int fd, bool opened)
{
	struct stat st;
	struct statfs fs;
	char link[64], path[4096];
	ssize_t n;
	uint64_t i;

	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode))
		return -1;
	i = (st.st_ino * 0x9E3779B97F4A7C15ull ^ st.st_dev) % FILES;
	for (uint64_t k = 0; k < FILES && files[i].used; k++, i = (i + 1) % FILES)
		if (files[i].dev == st.st_dev && files[i].ino == st.st_ino) {
			if (!opened)
				return i;
			break;
		}
	if (file_count == FILES - 1) {	/* full: start over, files are reported again */
		memset(files, 0, sizeof files);
		file_count = 0;
	}
	if (!files[i].used)
		file_count++;
	files[i].used = true;
	files[i].dev = st.st_dev;
	files[i].ino = st.st_ino;
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof path);
	if (n < 0)
		n = snprintf(path, sizeof path, "inode:%llu", (unsigned long long)st.st_ino);
	bool tmpfs = !fstatfs(fd, &fs) && (uint32_t)fs.f_type == TMPFS_MAGIC;
	const char *t[] = { path };
	size_t len[] = { n };

	put_text_record(OP_FILE, 5, (uint64_t[]){ i, st.st_dev, st.st_ino, st.st_size, tmpfs }, 1, t, len);
	return i;
}

static int64_t file_of(int fd) { return report_file(fd, false); }

static void file_io(int op, int fd, int64_t at, uint64_t len)
{
	int64_t file = file_of(fd);

	if (file >= 0 && at >= 0 && len)
		RECORD(op, fd, file, at, len);
}

/* Where a call that moved the file position by n bytes began; negative for what has no position. */
static int64_t position_before(int fd, int64_t n)
{
	int64_t at = lseek(fd, 0, SEEK_CUR);

	return at < 0 ? -1 : at - n;
}

/* The same for calls that take the position from guest memory when a pointer is given. */
static int64_t position_before_at(int fd, uint64_t pointer, int64_t n)
{
	int64_t at;

	if (!pointer)
		return position_before(fd, n);
	return read_guest(pointer, &at, 8) == 8 ? at - n : -1;
}

static void touch_vector(struct vcpu *v, uint64_t iov, uint64_t count, uint64_t bytes, uint64_t bit)
{
	struct { uint64_t base, len; } e;

	for (uint64_t i = 0; i < count && i < 1024 && bytes; i++) {
		if (read_guest(iov + 16 * i, &e, 16) != 16)
			return;
		uint64_t n = e.len < bytes ? e.len : bytes;

		touch_range(v, e.base, n, bit);
		bytes -= n;
	}
}

static void touch_message(struct vcpu *v, uint64_t msghdr, uint64_t bytes, uint64_t bit)
{
	uint64_t h[4];	/* name, name length, vector, its length */

	if (read_guest(msghdr, h, sizeof h) == sizeof h)
		touch_vector(v, h[2], h[3], bytes, bit);
}

/* ------------------------------------------------------------------ execve: run QEMU again in front of the program */

static void text_event(int op, uint64_t serial, const char *a, const char *b)
{
	const char *t[] = { a, b };
	size_t len[] = { strlen(a), strlen(b) };

	put_text_record(op, 1, &serial, 2, t, len);
	publish();
}

struct program {
	char *path;
	char **argv;
	size_t argc;
};

/* Replaces a script by its interpreter, as the kernel would: path becomes an argument of the interpreter. */
static bool interpret(struct program *p, char *line)
{
	char *interp = line + 2 + strspn(line + 2, " \t"), *arg, **argv;
	size_t n = 0;

	line[strcspn(line, "\n")] = 0;
	arg = interp + strcspn(interp, " \t");
	if (*arg) {
		*arg++ = 0;
		arg += strspn(arg, " \t");
		for (char *e = arg + strlen(arg); e > arg && (e[-1] == ' ' || e[-1] == '\t'); )
			*--e = 0;
	}
	if (!*interp)
		return false;
	argv = calloc(p->argc + 4, sizeof *argv);
	argv[n++] = strdup(interp);
	if (*arg)
		argv[n++] = strdup(arg);
	argv[n++] = p->path;
	for (size_t i = 1; i < p->argc; i++)
		argv[n++] = p->argv[i];
	p->path = strdup(interp);
	p->argv = argv;
	p->argc = n;
	return true;
}

/*
 * Returns NULL when the program can run under QEMU, else why it cannot be followed. Where the plain system call is going to
 * fail anyway, the reason does not matter: on_syscall_return takes the announcement back.
 */
static const char *prepare_program(struct program *p)
{
	char start[256 + 1];
	const Elf64_Ehdr *e = (const void *)start;
	static const char other[] = "of a format that QEMU does not know";
	struct stat st;
	ssize_t n;
	int fd;

	for (int depth = 0; depth < 6; depth++) {
		if (stat(p->path, &st) || !S_ISREG(st.st_mode) || access(p->path, X_OK))
			return "not an executable file";
		if ((st.st_mode & S_ISUID && st.st_uid != geteuid()) || (st.st_mode & S_ISGID && st.st_gid != getegid()))
			return "a set-user-ID or set-group-ID program";
		fd = open(p->path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return "executable but not readable";
		n = read(fd, start, 256);
		close(fd);
		if (n < 2)
			return other;
		start[n] = 0;
		if (start[0] == '#' && start[1] == '!') {
			if (!interpret(p, start))
				return "a script without an interpreter";
			continue;
		}
		if (n < (ssize_t)sizeof *e || memcmp(start, ELFMAG, SELFMAG))
			return other;
#if defined(__x86_64__)
		if (e->e_machine == EM_X86_64 && e->e_ident[EI_CLASS] == ELFCLASS64)
			return NULL;
#elif defined(__aarch64__)
		if (e->e_machine == EM_AARCH64)
			return NULL;
#endif
		return "built for another kind of processor";
	}
	return "too many interpreters";
}

/* Variables that would steer the dynamic loader or allocator of QEMU itself are handed to the program by -E instead. */
static bool for_program_only(const char *var)
{
	return !strncmp(var, "LD_", 3) || !strncmp(var, "MALLOC_", 7) || !strncmp(var, "GLIBC_TUNABLES", 14)
	       || !strncmp(var, "QEMU_", 5);
}

static void follow_exec(char *path, uint64_t argv_at, uint64_t envp_at)
{
	struct program p = { .path = path };
	size_t env_count = 0, n = 0, kept = 0;
	char **env, **argv, **env_kept, qemu[4096], plugin[2 * 4096 + 128];
	const char *reason;
	ssize_t len;
	uint64_t serial;

	p.argv = guest_strings(argv_at, &p.argc);
	env = guest_strings(envp_at, &env_count);
	len = readlink("/proc/self/exe", qemu, sizeof qemu - 1);
	if (!p.path || !p.argv || !env || len < 0)
		return;
	qemu[len] = 0;
	reason = prepare_program(&p);
	if (reason) {
		text_event(OP_UNFOLLOWED, 0, path, reason);
		return;
	}
	serial = __atomic_fetch_add(&control->serials, 1, __ATOMIC_SEQ_CST);
	snprintf(plugin, sizeof plugin, "%s,spool=%s,fold=%llu,serial=%llu,parent=%llu,how=%d", self_so, spool,
		 (unsigned long long)fold, (unsigned long long)serial, (unsigned long long)ring->serial, START_EXEC);
	argv = calloc(p.argc + 2 * env_count + 8, sizeof *argv);
	env_kept = calloc(env_count + 1, sizeof *env_kept);
	argv[n++] = qemu;
	argv[n++] = "-plugin";
	argv[n++] = plugin;
	argv[n++] = "-0";
	argv[n++] = p.argc ? p.argv[0] : "";
	for (size_t i = 0; i < env_count; i++) {
		if (for_program_only(env[i])) {
			argv[n++] = "-E";
			argv[n++] = env[i];
		} else {
			env_kept[kept++] = env[i];
		}
	}
	if (p.path[0] == '-')
		asprintf(&p.path, "./%s", p.path);
	argv[n++] = p.path;
	for (size_t i = 1; i < p.argc; i++)
		argv[n++] = p.argv[i];
	text_event(OP_EXEC, serial, p.path, "");
	execve(qemu, argv, env_kept);
	text_event(OP_EXEC_FAILED, serial, p.path, strerror(errno));
}

/* ------------------------------------------------------------------ system calls */

static void note_syscall(struct vcpu *v, int64_t num, int64_t ret);

static void on_syscall(qemu_plugin_id_t id, unsigned index, int64_t num, uint64_t a1, uint64_t a2, uint64_t a3,
		       uint64_t a4, uint64_t a5, uint64_t a6, uint64_t a7, uint64_t a8)
{
	struct vcpu *v = vcpu_of(index);
	char path[4200];

	if (!recording)
		return;
	memcpy(v->arg, (uint64_t[]){ a1, a2, a3, a4, a5, a6 }, sizeof v->arg);
	v->entered_ns = now_ns();
	lock();
	publish();
	unlock();
	switch (num) {
	case SYS_clone:
		if (a1 & CLONE_THREAD)
			threaded = true;
		break;
	case SYS_execve:
		lock();
		stamp(OP_STAMP);
		follow_exec(guest_string(a1), a2, a3);
		unlock();
		break;
#ifdef SYS_execveat
	case SYS_execveat: {
		char *name = guest_string(a2);

		if (!name)
			break;
		if (name[0] == '/' || (int)a1 == AT_FDCWD)
			snprintf(path, sizeof path, "%s", name);
		else
			snprintf(path, sizeof path, *name ? "/proc/self/fd/%d/%s" : "/proc/self/fd/%d%s", (int)a1, name);
		lock();
		stamp(OP_STAMP);
		follow_exec(strdup(path), a3, a4);
		unlock();
		break;
	}
#endif
	case SYS_munmap: case SYS_shmdt:
		/* Noted before the call, so that no other thread's mapping of the same place comes first. */
		lock();
		note_syscall(v, num, 0);
		unlock();
		break;
	case SYS_exit:
		if (threaded)
			break;
		/* fall through */
	case SYS_exit_group:
		lock();
		stamp(OP_STAMP);
		RECORD(OP_EXIT, a1 & 0xff);
		publish();
		unlock();
		break;
	}
}

static uint64_t mapping_length(int shmid)
{
	struct shmid_ds d;

	return shmctl(shmid, IPC_STAT, &d) ? 0 : d.shm_segsz;
}

static void note_mapping_call(struct vcpu *v, int64_t num, int64_t ret)
{
	uint64_t *a = v->arg;

	stamp(OP_STAMP);
	switch (num) {
	case SYS_mmap: {
		int64_t file = a[3] & MAP_ANONYMOUS ? -1 : file_of(a[4]);

		RECORD(OP_MMAP, ret, a[1], a[2], a[3], file, a[5]);
		break;
	}
	case SYS_shmat:
		RECORD(OP_MMAP, ret, mapping_length(a[0]), PROT_READ | (a[2] & SHM_RDONLY ? 0 : PROT_WRITE),
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		break;
	case SYS_shmdt: RECORD(OP_SHMDT, a[0]); break;
	case SYS_munmap: RECORD(OP_MUNMAP, a[0], a[1]); break;
	case SYS_mprotect: RECORD(OP_MPROTECT, a[0], a[1], a[2]); break;
	case SYS_madvise: RECORD(OP_MADVISE, a[0], a[1], a[2]); break;
	case SYS_mremap: RECORD(OP_MREMAP, a[0], a[1], ret, a[2]); break;
	case SYS_brk: RECORD(OP_BRK, ret); break;
	case SYS_mlock: RECORD(OP_MLOCK, a[0], a[1]); break;
#ifdef SYS_mlock2
	case SYS_mlock2: RECORD(OP_MLOCK, a[0], a[1]); break;
#endif
	case SYS_mlockall: RECORD(OP_MLOCK, 0, 0); break;
	case SYS_munlock: RECORD(OP_MUNLOCK, a[0], a[1]); break;
	case SYS_munlockall: RECORD(OP_MUNLOCK, 0, 0); break;
	}
}

static void note_open(int fd, uint64_t flags)
{
	int64_t file = report_file(fd, true);

	if (file < 0)
		return;
	if (flags & O_TRUNC)
		RECORD(OP_TRUNCATE, file, 0);
	RECORD(OP_OPEN, fd, file);
}

static void note_syscall(struct vcpu *v, int64_t num, int64_t ret)
{
	uint64_t *a = v->arg;
	int64_t file;

	switch (num) {
	case SYS_mmap: case SYS_shmat: case SYS_shmdt: case SYS_munmap: case SYS_mprotect: case SYS_madvise: case SYS_mremap:
	case SYS_brk: case SYS_mlock: case SYS_mlockall: case SYS_munlock: case SYS_munlockall:
#ifdef SYS_mlock2
	case SYS_mlock2:
#endif
		note_mapping_call(v, num, ret);
		break;
#ifdef SYS_open
	case SYS_open: note_open(ret, a[1]); break;
	case SYS_creat: note_open(ret, O_TRUNC); break;
	case SYS_dup2: RECORD(OP_DUP, a[0], ret); break;
#endif
	case SYS_openat: note_open(ret, a[2]); break;
	case SYS_close: RECORD(OP_CLOSE, a[0]); break;
#ifdef SYS_close_range
	case SYS_close_range: RECORD(OP_CLOSE_RANGE, a[0], a[1]); break;
#endif
	case SYS_dup: case SYS_dup3: RECORD(OP_DUP, a[0], ret); break;
	case SYS_fcntl:
		if (a[1] == F_DUPFD || a[1] == F_DUPFD_CLOEXEC)
			RECORD(OP_DUP, a[0], ret);
		break;
	case SYS_read: file_io(OP_READ, a[0], position_before(a[0], ret), ret); touch_range(v, a[1], ret, SEEN_W); break;
	case SYS_pread64: file_io(OP_READ, a[0], a[3], ret); touch_range(v, a[1], ret, SEEN_W); break;
	case SYS_recvfrom: touch_range(v, a[1], ret, SEEN_W); break;
	case SYS_write: file_io(OP_WRITE, a[0], position_before(a[0], ret), ret); touch_range(v, a[1], ret, SEEN_R); break;
	case SYS_pwrite64: file_io(OP_WRITE, a[0], a[3], ret); touch_range(v, a[1], ret, SEEN_R); break;
	case SYS_sendto: touch_range(v, a[1], ret, SEEN_R); break;
	case SYS_readv: file_io(OP_READ, a[0], position_before(a[0], ret), ret); touch_vector(v, a[1], a[2], ret, SEEN_W); break;
	case SYS_preadv: file_io(OP_READ, a[0], a[3], ret); touch_vector(v, a[1], a[2], ret, SEEN_W); break;
	case SYS_writev: file_io(OP_WRITE, a[0], position_before(a[0], ret), ret); touch_vector(v, a[1], a[2], ret, SEEN_R); break;
	case SYS_pwritev: file_io(OP_WRITE, a[0], a[3], ret); touch_vector(v, a[1], a[2], ret, SEEN_R); break;
	case SYS_sendfile: file_io(OP_READ, a[1], position_before_at(a[1], a[2], ret), ret); break;
	case SYS_copy_file_range:
		file_io(OP_READ, a[0], position_before_at(a[0], a[1], ret), ret);
		file_io(OP_WRITE, a[2], position_before_at(a[2], a[3], ret), ret);
		break;
	case SYS_recvmsg: touch_message(v, a[1], ret, SEEN_W); break;
	case SYS_sendmsg: touch_message(v, a[1], ret, SEEN_R); break;
	case SYS_fadvise64:
		if ((file = file_of(a[0])) >= 0)
			RECORD(OP_FADVISE, a[0], file, a[1], a[2], a[3]);
		break;
	case SYS_readahead:
		if ((file = file_of(a[0])) >= 0)
			RECORD(OP_FADVISE, a[0], file, a[1], a[2], POSIX_FADV_WILLNEED);
		break;
	case SYS_ftruncate:
		if ((file = file_of(a[0])) >= 0)
			RECORD(OP_TRUNCATE, file, a[1]);
		break;
	case SYS_fsync: case SYS_fdatasync: case SYS_sync_file_range:
		if ((file = file_of(a[0])) >= 0)
			RECORD(OP_SYNC, file);
		break;
	}
}

static bool is_fork(int64_t num)
{
#ifdef SYS_fork
	if (num == SYS_fork || num == SYS_vfork)
		return true;
#endif
	return num == SYS_clone;
}

static bool is_exec(int64_t num)
{
#ifdef SYS_execveat
	if (num == SYS_execveat)
		return true;
#endif
	return num == SYS_execve;
}

/* Whether a call waits for somebody or for a time; disks are not somebody. */
static bool may_wait(struct vcpu *v, int64_t num)
{
	switch (num) {
#ifdef SYS_poll
	case SYS_poll: case SYS_select: case SYS_epoll_wait: case SYS_pause:
#endif
	case SYS_nanosleep: case SYS_clock_nanosleep: case SYS_ppoll: case SYS_pselect6: case SYS_epoll_pwait: case SYS_futex:
	case SYS_wait4: case SYS_waitid: case SYS_rt_sigsuspend: case SYS_rt_sigtimedwait: case SYS_accept: case SYS_accept4:
	case SYS_connect: case SYS_recvfrom: case SYS_recvmsg: case SYS_sendto: case SYS_sendmsg: case SYS_msgrcv:
	case SYS_semop: case SYS_flock:
		return true;
	case SYS_read: case SYS_readv: case SYS_write: case SYS_writev:
		return file_of(v->arg[0]) < 0;
	}
	return false;
}

/* Whether a call that waited came back because the time was over that it had asked for. */
static bool ran_out(int64_t num, int64_t ret)
{
	switch (num) {
#ifdef SYS_poll
	case SYS_poll: case SYS_select: case SYS_epoll_wait:
#endif
	case SYS_nanosleep: case SYS_clock_nanosleep: case SYS_ppoll: case SYS_pselect6: case SYS_epoll_pwait:
		return ret == 0;
	case SYS_futex:
		return ret == -ETIMEDOUT;
	case SYS_rt_sigtimedwait:
		return ret == -EAGAIN;
	}
	return false;
}

/* A wait is told with the time since which no thread of the process ran. */
static void note_wait(struct vcpu *v, int64_t num, int64_t ret)
{
	uint64_t since = last_stamp_ns > v->entered_ns ? last_stamp_ns : v->entered_ns;

	if (now_ns() - v->entered_ns > 200000 && may_wait(v, num)) {
		stamp(OP_STAMP);
		RECORD(OP_WAITED, since, last_stamp_ns, ran_out(num, ret));
	}
}

static void on_syscall_return(qemu_plugin_id_t id, unsigned index, int64_t num, int64_t ret)
{
	struct vcpu *v = vcpu_of(index);

	if (!recording)
		return;
	lock();
	note_wait(v, num, ret);
	if (ret < 0 && ret >= -4095) {
		if (is_fork(num) && fork_serial)
			RECORD(OP_FORK_FAILED, fork_serial);
		if (is_exec(num))
			text_event(OP_EXEC_FAILED, 0, "", "");
	} else if (num != SYS_munmap && num != SYS_shmdt) {
		/* A call that slept: what follows must not sort before what others did meanwhile. */
		if (now_ns() - v->entered_ns > 200000)
			stamp(OP_STAMP);
		note_syscall(v, num, ret);
	}
	fork_serial = 0;
	unlock();
}

/* ------------------------------------------------------------------ processes */

static uint64_t before_fork_serial;

static void before_fork(void)
{
	lock();
	before_fork_serial = fork_serial = 0;
	if (recording) {
		before_fork_serial = fork_serial = __atomic_fetch_add(&control->serials, 1, __ATOMIC_SEQ_CST);
		stamp(OP_STAMP);
		RECORD(OP_FORK, fork_serial);
		publish();
	}
}

static void after_fork_in_parent(void) { unlock(); }

static void after_fork_in_child(void)
{
	struct ring *old = ring;

	if (recording) {
		recording = open_ring(before_fork_serial, old->serial, START_FORK);
		unstamped_insns = 0;
		memset(files, 0, sizeof files);
		file_count = 0;
		munmap(old, sizeof *old);
		if (recording) {
			stamp(OP_STAMP);
			publish();
			__atomic_fetch_add(&control->rings, 1, __ATOMIC_SEQ_CST);
		}
	}
	fork_serial = 0;
	unlock();
}

static bool map_control(void)
{
	char name[sizeof spool + 16];
	int fd;

	snprintf(name, sizeof name, "%s/control", spool);
	fd = open(name, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return false;
	control = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return control != MAP_FAILED;
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv)
{
	uint64_t serial = 0, parent = 0, how = START_ROOT;

	for (int i = 0; i < argc; i++) {
		char *v = strchr(argv[i], '=');

		if (!v)
			return -1;
		*v++ = 0;
		if (!strcmp(argv[i], "spool")) snprintf(spool, sizeof spool, "%s", v);
		else if (!strcmp(argv[i], "fold")) fold = strtoull(v, NULL, 10);
		else if (!strcmp(argv[i], "serial")) serial = strtoull(v, NULL, 10);
		else if (!strcmp(argv[i], "parent")) parent = strtoull(v, NULL, 10);
		else if (!strcmp(argv[i], "how")) how = strtoull(v, NULL, 10);
		else return -1;
	}
	if (!*spool)
		return 0;	/* a trial load by the recorder */
	Dl_info self;
	if (dladdr(&spool, &self))
		snprintf(self_so, sizeof self_so, "%s", self.dli_fname);
	if (!map_control() || !open_ring(serial, parent, how)) {
		fprintf(stderr, "page_recorder: cannot set up the spool %s: %s\n", spool, strerror(errno));
		return -1;
	}
	recording = !control->stop;
	stamp(OP_STAMP);
	publish();
	__atomic_fetch_add(&control->rings, 1, __ATOMIC_SEQ_CST);
	pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
	qemu_plugin_register_vcpu_syscall_cb(id, on_syscall);
	qemu_plugin_register_vcpu_syscall_ret_cb(id, on_syscall_return);
	return 0;
}
