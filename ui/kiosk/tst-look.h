/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Keeps size of text, light or dark, and animations as the settings say, for the whole program. After GTK was started. */
void tst_look_follow (GSettings *settings);

/* Makes gettext speak the setting's language, whatever the system's locale. The first time before any thread is started: after that
 * only the value of an existing variable changes. */
void tst_look_speak (const char *language);

G_END_DECLS
