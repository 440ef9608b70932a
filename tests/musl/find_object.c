/* What gcc's unwinder asks glibc, for a static program of musl: where the table is that says how to unwind. */

#define _GNU_SOURCE
#include <link.h>

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

int _dl_find_object(void *pc, struct dl_find_object *result)
{
    result->eh_frame = 0;
    dl_iterate_phdr(find, &result->eh_frame);
    return result->eh_frame ? 0 : -1;
}
