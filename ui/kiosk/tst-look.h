/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Keeps size of text, light or dark, and animations as the settings say, for the whole program. After GTK was started. */
void tst_look_follow (GSettings *settings);

/* Makes gettext speak the setting's language, whatever the system's locale. The first time before any thread is started: after that
 * only the value of an existing variable changes. */
void tst_look_speak (const char *language);

/* For a person at the kiosk, and gone with them: size of text (0: as the settings say) and high contrast over whatever look there is. */
void tst_look_scale (GSettings *settings, double scale);
void tst_look_set_contrast (GSettings *settings, gboolean high);

G_END_DECLS
