/* SPDX-License-Identifier: ISC */
/* Kernel options that leave a door open or shut. */
#ifndef BASELINE_KERNEL_OPTIONS_H
#define BASELINE_KERNEL_OPTIONS_H

#include "base/bytes.h"

/* What the option should be ("y", "n") when `value` leaves a door open, or
   NULL: it does not, or nothing is known of the option. Static. */
const char *kernel_option_wanted(struct bytes option, struct bytes value);

#endif
