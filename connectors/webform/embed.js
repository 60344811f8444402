(function (config) { "use strict"; })
