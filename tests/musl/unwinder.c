/* What gcc's unwinder needs in a static program of musl. */

#define _GNU_SOURCE
#include <link.h>
#include <pthread.h>

/* It calls these if there are threads, and does not see to it that they are linked. */
void *const threads[] = {
    pthread_once, pthread_mutex_lock, pthread_mutex_unlock, pthread_key_create, pthread_getspecific, pthread_setspecific,
};

/* glibc's `struct dl_find_object`, as far as the unwinder reads it. */
struct dl_find_object {
    unsigned long long flags;
    void *map_start, *map_end, *link_map, *eh_frame;
};

/* The program is the only object. */
static int find(struct dl_phdr_info *object, size_t size, void *found)
{
    for (size_t i = 0; i < object->dlpi_phnum; i++)
        if (object->dlpi_phdr[i].p_type == PT_GNU_EH_FRAME)
            *(void **)found = (void *)(object->dlpi_addr + object->dlpi_phdr[i].p_vaddr);
    return 1;
}

/* Where the table is that says how to unwind: it asks glibc. */
int _dl_find_object(void *pc, struct dl_find_object *result)
{
    result->eh_frame = 0;
    dl_iterate_phdr(find, &result->eh_frame);
    return result->eh_frame ? 0 : -1;
}
