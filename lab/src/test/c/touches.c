// SPDX-License-Identifier: Apache-2.0
/*
 * touches WHAT PAGES: touches a mapping of PAGES pages in a known way, for the tests of the recorder.
 *   order       writes a byte of page i * 7919 % PAGES for i = 0, 1, ..., then reads them in the same order
 *   increment   adds one to a byte of each page, in ascending order
 *   random      reads PAGES * 200 pages in the order of a linear congruential generator
 *   hotcold     writes every page, then touches PAGES * 60 times, nine of ten in the first fifth, every fourth a write
 *   fork        writes every page, forks; the child writes every second page and exits with 5
 *   threads     four threads write a quarter each
 *   file        reads the file F by read() in pieces of 8192 bytes, then through a shared mapping
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile unsigned char *p;
static unsigned long n;

static void increment(volatile unsigned char *at)
{
#if defined(__x86_64__)
	__asm__ volatile("incb %0" : "+m"(*at));
#else
	__atomic_fetch_add(at, 1, __ATOMIC_SEQ_CST);
#endif
}

static void *quarter(void *arg)
{
	unsigned long q = (unsigned long)arg;

	for (unsigned long i = n / 4 * q; i < n / 4 * (q + 1); i++)
		p[i * 4096] = 1;
	return NULL;
}

int main(int argc, char **argv)
{
	const char *what = argv[1];
	unsigned sum = 0;

	n = strtoul(argv[2], NULL, 10);
	p = mmap(NULL, n * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (!strcmp(what, "order")) {
		for (unsigned long i = 0; i < n; i++)
			p[i * 7919 % n * 4096] = 1;
		for (unsigned long i = 0; i < n; i++)
			sum += p[i * 7919 % n * 4096];
	} else if (!strcmp(what, "increment")) {
		for (unsigned long i = 0; i < n; i++)
			increment(p + i * 4096);
	} else if (!strcmp(what, "random")) {
		uint64_t x = 1;

		for (unsigned long i = 0; i < n * 200; i++) {
			x = x * 6364136223846793005ull + 1442695040888963407ull;
			sum += p[(x >> 33) % n * 4096];
		}
	} else if (!strcmp(what, "hotcold")) {
		uint64_t x = 1;

		for (unsigned long i = 0; i < n; i++)
			p[i * 4096] = 1;
		for (unsigned long i = 0; i < n * 60; i++) {
			x = x * 6364136223846793005ull + 1442695040888963407ull;
			volatile unsigned char *at = p + (x >> 33) % ((x >> 20) % 10 ? n / 5 : n) * 4096;

			if (i % 4)
				sum += *at;
			else
				*at = 2;
		}
	} else if (!strcmp(what, "fork")) {
		int status;

		for (unsigned long i = 0; i < n; i++)
			p[i * 4096] = 1;
		if (!fork()) {
			for (unsigned long i = 0; i < n; i += 2)
				p[i * 4096] = 2;
			_exit(5);
		}
		wait(&status);
	} else if (!strcmp(what, "threads")) {
		pthread_t t[4];

		for (long q = 0; q < 4; q++)
			pthread_create(&t[q], NULL, quarter, (void *)q);
		for (int q = 0; q < 4; q++)
			pthread_join(t[q], NULL);
	} else if (!strcmp(what, "file")) {
		static char buffer[8192];
		int fd = open(argv[3], O_RDONLY);
		volatile unsigned char *m;

		while (read(fd, buffer, sizeof buffer) > 0)
			;
		m = mmap(NULL, n * 4096, PROT_READ, MAP_SHARED, fd, 0);
		for (unsigned long i = 0; i < n; i++)
			sum += m[i * 4096];
		close(fd);
	}
	return sum == 1234567 ? 9 : 0;
}
