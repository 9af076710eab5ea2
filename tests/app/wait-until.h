/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

/* Turns the main loop until something holds; what does not come within a minute fails the test by name. */

#define DEADLINE_S 60

static inline gboolean
on_deadline (gpointer data)
{
  g_error ("for %d s not: %s", DEADLINE_S, (const char *) data);
  return G_SOURCE_REMOVE;
}

#define wait_until(condition)                                                                  \
  do                                                                                           \
    {                                                                                          \
      guint deadline = g_timeout_add_seconds (DEADLINE_S, on_deadline, (gpointer) #condition); \
      while (!(condition))                                                                     \
        g_main_context_iteration (NULL, TRUE);                                                 \
      g_source_remove (deadline);                                                              \
    }                                                                                          \
  while (0)

/* Of a camera, a recorder, a location. */
static inline gboolean
is_state (gpointer object, const char *state)
{
  g_autofree char *now = NULL;

  g_object_get (object, "state", &now, NULL);
  return g_str_equal (now, state);
}
