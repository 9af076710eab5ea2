/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-desk-call.h"

#include "base/tst-error.h"
#include "record/tst-body.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define OUTPUT_MAX (64 * 1024)

static char **
arguments_of (TstCentral *central, const char *name)
{
  g_autoptr (JsonObject) town = tst_central_dup_town (central);
  JsonObject *desk = town ? tst_json_object (town, "desk") : NULL;
  JsonArray *list = desk ? tst_json_array (desk, name) : NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (!list || json_array_get_length (list) == 0)
    return NULL;
  for (guint i = 0; i < json_array_get_length (list); i++)
    if (JSON_NODE_HOLDS_VALUE (json_array_get_element (list, i)))
      g_strv_builder_add (builder, json_array_get_string_element (list, i));
  return g_strv_builder_end (builder);
}

gboolean
tst_desk_has_hook (TstCentral *central, const char *name)
{
  g_auto (GStrv) argv = arguments_of (central, name);

  return argv != NULL;
}

/* Writes and reads what is ready until the program closes its output or the time is up. FALSE: the time is up. */
static gboolean
converse (int in, int out, const char *input, GString *output, gint64 deadline_us)
{
  gsize left = strlen (input);

  for (;;)
    {
      struct pollfd fds[] = { { .fd = out, .events = POLLIN }, { .fd = in, .events = POLLOUT } };
      gint64 wait_us = deadline_us - g_get_monotonic_time ();
      char chunk[4096];

      if (wait_us <= 0)
        {
          if (in >= 0)
            close (in);
          return FALSE;
        }
      if (in >= 0 && left == 0)
        {
          close (in);
          in = fds[1].fd = -1;
        }
      if (poll (fds, 2, (int) (wait_us / 1000) + 1) < 0 && errno != EINTR)
        continue;
      if (fds[1].revents)
        {
          ssize_t n = write (in, input, left);

          if (n > 0)
            {
              input += n;
              left -= (gsize) n;
            }
          else if (n < 0 && errno != EINTR && errno != EAGAIN)
            left = 0; /* it does not want to hear all of it */
        }
      if (fds[0].revents)
        {
          ssize_t n = read (out, chunk, sizeof chunk);

          if (n < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
          if (n <= 0)
            break;
          if (output->len < OUTPUT_MAX)
            g_string_append_len (output, chunk, (gssize) MIN ((gsize) n, OUTPUT_MAX - output->len));
        }
    }
  if (in >= 0)
    close (in);
  return TRUE;
}

/* The end of the program, or of our patience. */
static gboolean
await_end (GPid pid, gboolean in_time, gint64 deadline_us)
{
  int status = 0;

  for (;;)
    {
      pid_t done = waitpid (pid, &status, WNOHANG);

      if (done == pid)
        return in_time && WIFEXITED (status) && WEXITSTATUS (status) == 0;
      if (done < 0 && errno != EINTR)
        return FALSE;
      if (!in_time || g_get_monotonic_time () >= deadline_us)
        {
          kill (pid, SIGKILL);
          in_time = FALSE;
        }
      g_usleep (2000);
    }
}

gboolean
tst_desk_run_hook (TstCentral *central, const char *name, const char *input, char **output, GError **error)
{
  g_auto (GStrv) argv = arguments_of (central, name);
  g_autoptr (GString) said = g_string_new (NULL);
  g_autoptr (GError) local = NULL;
  gint64 deadline_us = g_get_monotonic_time () + TST_DESK_HOOK_S * G_USEC_PER_SEC;
  gboolean ok = FALSE;
  GPid pid;
  int in = -1;
  int out = -1;

  if (!argv)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND, "No such command is configured; see \"desk set\".");
      return FALSE;
    }
  if (!g_spawn_async_with_pipes ("/", argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &pid, &in, &out,
                                 NULL, &local))
    {
      g_set_error (error, TST_ERROR, TST_ERROR_FAILED, "The configured command could not be started: %s", local->message);
      return FALSE;
    }
  /* As GSocket does for the server: a program that does not listen is an error of write() and not our end. */
  signal (SIGPIPE, SIG_IGN);
  fcntl (in, F_SETFL, fcntl (in, F_GETFL) | O_NONBLOCK);
  fcntl (out, F_SETFL, fcntl (out, F_GETFL) | O_NONBLOCK);
  ok = converse (in, out, input, said, deadline_us);
  close (out);
  ok = await_end (pid, ok, deadline_us);
  g_spawn_close_pid (pid);
  if (!ok || !g_utf8_validate (said->str, (gssize) said->len, NULL))
    {
      g_set_error (error, TST_ERROR, TST_ERROR_FAILED,
                   "The configured command did not end well within %d seconds; nothing was recorded.", TST_DESK_HOOK_S);
      return FALSE;
    }
  if (output)
    *output = g_strdup (said->str);
  return TRUE;
}
